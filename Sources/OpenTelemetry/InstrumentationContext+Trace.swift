public import Tracing

extension InstrumentationContext {
  private enum TraceKey: InstrumentationContextKey {
    typealias Value = TraceContext
  }

  private enum PlannedTraceKey: InstrumentationContextKey {
    typealias Value = TraceContext
  }

  /// The place of the span that is under way.
  public var trace: TraceContext? {
    get { self[TraceKey.self] }
    set { self[TraceKey.self] = newValue }
  }

  /// The place that the next span takes, when it was chosen before: a request's is in its log line and
  /// its answer, whether or not there is a span.
  public var plannedTrace: TraceContext? {
    get { self[PlannedTraceKey.self] }
    set { self[PlannedTraceKey.self] = newValue }
  }
}
