import Testing

@testable import OpenTelemetry

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

  @Test func aChildIsBelowItsParent() {
    let parent = TraceContext(traceparent: "00-\(trace)-\(parent)-01")
    #expect(parent.child.traceID == trace)
    #expect(parent.child.parentSpanID == parent.spanID)
    #expect(parent.child.isSampled)
    #expect(!parent.sampled(false).isSampled)
  }

  @Test(arguments: [
    ("always_on", "", 1.0), ("always_off", "", 0), ("traceidratio", "0.25", 0.25),
    ("parentbased_always_on", "", 1), ("parentbased_traceidratio", "0.5", 0.5),
  ])
  func samplesItsShare(name: String, argument: String, share: Double) throws {
    let sampler = try #require(TraceSampler(named: name, argument: argument))
    let count = (0..<4_000).count { _ in
      sampler.deciding(TraceContext(traceparent: nil)).isSampled
    }
    // Six standard deviations of a share of a half are 190.
    #expect(abs(Double(count) - share * 4_000) <= 190)
    for flags in ["00", "01"] {
      let called = TraceContext(traceparent: "00-\(trace)-\(self.parent)-\(flags)")
      if name.hasPrefix("parentbased") { #expect(sampler.deciding(called).flags == flags) }
    }
  }

  @Test(arguments: [("some", ""), ("traceidratio", "2"), ("traceidratio", "many"), ("", "")])
  func refusesSamplersThereAreNot(name: String, argument: String) {
    #expect(TraceSampler(named: name, argument: argument) == nil)
  }
}
