import OpenTelemetry
import Tracing

/// Makes a span of each request that ended, and below it one of each stage of its picture.
///
/// Stages are timed anyhow, for the log and the metrics; so a request costs nothing more until its answer
/// is ready, and nothing at all when no spans are wanted.
struct RequestTracing: Sendable {
  /// A request that has ended.
  struct Request {
    let name: String
    let trace: TraceContext
    let start: ContinuousClock.Instant
    let duration: Duration
    let failed: Bool
    let attributes: SpanAttributes
  }

  let tracer: any Tracer
  /// Decides which requests are traced.
  let sampler: TraceSampler

  /// Makes spans that an exporter sends.
  static func exporting(to exporter: SpanExporter) -> RequestTracing {
    RequestTracing(
      tracer: OTLPTracer(exporter: exporter), sampler: exporter.configuration.sampler)
  }

  /// Records a request.
  func record(_ request: Request, _ notes: RequestNotes.Content) {
    guard request.trace.isSampled else { return }
    let clock = WallClock()
    var context = InstrumentationContext.topLevel
    context.plannedTrace = request.trace
    let span = tracer.startSpan(
      request.name, context: context, ofKind: .server, at: clock.time(of: request.start))
    span.attributes = request.attributes
    span.updateAttributes { attributes in
      attributes["atelier.engine"] = notes.engine
      attributes["atelier.model_version"] = notes.modelVersion
      attributes["atelier.class"] = notes.predictedClass
      attributes["error.type"] = notes.errorCode?.rawValue
    }
    if request.failed { span.setStatus(SpanStatus(code: .error)) }
    if let outcome = notes.outcome { record(outcome, below: span, clock) }
    if let start = notes.storeStart, let time = notes.storeTime {
      stage("store", start, start + time, below: span, clock)
    }
    span.end(at: clock.time(of: request.start + request.duration))
  }

  private func record(
    _ outcome: PredictionOutcome, below span: any Span, _ clock: WallClock
  ) {
    let begin = outcome.arrival + outcome.queueTime
    let decoded = begin + outcome.decodingTime
    let prepared = decoded + outcome.preprocessingTime
    let end = outcome.inferenceStart + outcome.inferenceTime
    stage("queue", outcome.arrival, begin, below: span, clock)
    stage("decode", begin, decoded, below: span, clock)
    stage("preprocess", decoded, prepared, below: span, clock)
    let batch = tracer.startSpan(
      "batch", context: span.context, ofKind: .internal, at: clock.time(of: prepared))
    batch.attributes["atelier.batch.size"] = outcome.batchSize
    stage("inference", outcome.inferenceStart, end, below: batch, clock)
    batch.end(at: clock.time(of: end))
  }

  private func stage(
    _ name: String, _ start: ContinuousClock.Instant, _ end: ContinuousClock.Instant,
    below parent: any Span, _ clock: WallClock
  ) {
    tracer.startSpan(
      name, context: parent.context, ofKind: .internal, at: clock.time(of: start)
    ).end(at: clock.time(of: end))
  }
}

/// Says what time of day it was at instants of the clock that is never set.
private struct WallClock {
  private let instant = ContinuousClock.now
  private let time = DefaultTracerClock.now.nanosecondsSinceEpoch

  func time(of other: ContinuousClock.Instant) -> DefaultTracerClock.Timestamp {
    let offset = Int64((other - instant) / .nanoseconds(1))
    return .init(nanosecondsSinceEpoch: UInt64(clamping: Int64(time) + offset))
  }
}
