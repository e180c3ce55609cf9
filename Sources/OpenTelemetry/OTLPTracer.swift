public import Tracing

/// Makes spans of work, and hands those that ended to a ``SpanExporter``.
public struct OTLPTracer: Tracer {
  private let exporter: SpanExporter
  private let sampler: TraceSampler

  /// Creates a tracer.
  public init(exporter: SpanExporter) {
    self.exporter = exporter
    sampler = exporter.configuration.sampler
  }

  /// Starts a span: at the planned place, else below the place of the context, else in a new trace.
  public func startSpan<Instant: TracerInstant>(
    _ operationName: String, context: @autoclosure () -> InstrumentationContext,
    ofKind kind: SpanKind, at instant: @autoclosure () -> Instant, function: String,
    file fileID: String, line: UInt
  ) -> RecordedSpan {
    let context = context()
    let trace =
      context.plannedTrace ?? context.trace?.child
      ?? sampler.deciding(TraceContext(traceparent: nil))
    return RecordedSpan(
      operationName, context: context, trace: trace, kind: kind,
      start: instant().nanosecondsSinceEpoch, exporter: trace.isSampled ? exporter : nil)
  }

  /// Has spans sent that wait for others.
  public func forceFlush() { exporter.wake() }

  /// Reads `traceparent`: what comes then goes on with that trace.
  public func extract<Carrier, Extract: Extractor>(
    _ carrier: Carrier, into context: inout InstrumentationContext, using extractor: Extract
  ) where Extract.Carrier == Carrier {
    guard let field = extractor.extract(key: Self.field, from: carrier) else { return }
    context.plannedTrace = sampler.deciding(TraceContext(traceparent: field))
  }

  /// Writes `traceparent`.
  public func inject<Carrier, Inject: Injector>(
    _ context: InstrumentationContext, into carrier: inout Carrier, using injector: Inject
  ) where Inject.Carrier == Carrier {
    guard let trace = context.trace else { return }
    injector.inject(trace.traceparent, forKey: Self.field, into: &carrier)
  }

  private static let field = "traceparent"
}
