import Testing

@testable import AtelierServer

@Suite struct TraceContextTests {
  private let trace = "0af7651916cd43dd8448eb211c80319c"
  private let parent = "b7ad6b7169203331"

  @Test(arguments: ["00", "cc"]) func goesOnWithATrace(version: String) {
    let context = TraceContext(traceparent: "\(version)-\(trace)-\(parent)-01")
    #expect(context.traceID == trace)
    #expect(context.parentSpanID == parent)
    #expect(context.spanID != parent)
    #expect(context.traceparent == "00-\(trace)-\(context.spanID)-01")
  }

  @Test(arguments: [
    nil, "", "00-abc-def-01", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-00000000000000000000000000000000-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
    "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-extra",
  ])
  func startsATraceOtherwise(field: String?) {
    let context = TraceContext(traceparent: field)
    #expect(context.parentSpanID == nil)
    #expect(context.traceID.count == 32)
    #expect(context.traceID != trace)
  }
}
