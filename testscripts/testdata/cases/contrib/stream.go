package main

import (
	"fmt"
	"io"
	"net"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	tpb "google.golang.org/grpc/interop/grpc_testing"
)

type streamServer struct {
	tpb.UnimplementedTestServiceServer
}

func (s *streamServer) FullDuplexCall(st tpb.TestService_FullDuplexCallServer) error {
	for {
		if _, err := st.Recv(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		_, sp := otel.Tracer("app").Start(bg, "message", trace.WithLinks(trace.LinkFromContext(st.Context())))
		st.Send(&tpb.StreamingOutputCallResponse{})
		sp.End()
	}
}

// One trace per message of a stream, linked to the stream.
func StreamOfRoots() {
	exp := collecting()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	g := grpc.NewServer(grpc.StatsHandler(otelgrpc.NewServerHandler()))
	tpb.RegisterTestServiceServer(g, &streamServer{})
	go g.Serve(ln)
	cc, err := grpc.NewClient(ln.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		fmt.Println(err)
		return
	}
	st, err := tpb.NewTestServiceClient(cc).FullDuplexCall(bg)
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 3 {
		st.Send(&tpb.StreamingOutputCallRequest{})
		st.Recv()
	}
	st.CloseSend()
	st.Recv()
	g.GracefulStop()
	for _, s := range exp.GetSpans() {
		fmt.Println(s.Name, "root:", !s.Parent.IsValid(), "links:", len(s.Links))
	}
	// Output:
	// message root: true links: 1
	// message root: true links: 1
	// message root: true links: 1
	// grpc.testing.TestService/FullDuplexCall root: true links: 0
}
