import Classification
import HTTPTypes
import Hummingbird
import Logging

/// Writes a log line for each request, and counts and times it.
struct ObservationMiddleware: RouterMiddleware {
  let metrics: ServiceMetrics
  let logger: Logger

  func handle(
    _ request: Request, context: ServiceContext,
    next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    metrics.requestStarted()
    // What follows turns every error into an answer.
    let response = try await next(request, context)
    let duration = ContinuousClock.now - context.start
    let notes = context.notes.current
    let route = context.endpointPath.map(WebInterface.apiRoute) ?? "none"
    metrics.requestEnded(
      method: request.method.rawValue, route: route, status: Int(response.status.code),
      duration: duration, isStreamed: response.body.contentLength == nil, notes: notes)
    logger.log(
      level: level(of: response, route: route), "request",
      metadata: metadata(request, response, context, notes, duration))
    return response
  }

  /// Probes come every few seconds and say nothing while all is well.
  private func level(of response: Response, route: String) -> Logger.Level {
    switch response.status.code {
    case 500...: .error
    case 401, 403, 429: .warning
    default: route.hasPrefix("/health/") || route.hasPrefix(MetricsRoute.path) ? .debug : .info
    }
  }

  private func metadata(
    _ request: Request, _ response: Response, _ context: ServiceContext,
    _ notes: RequestNotes.Content, _ duration: Duration
  ) -> Logger.Metadata {
    var metadata: Logger.Metadata = [
      "request_id": .string(context.requestID), "trace_id": .string(context.trace.traceID),
      "span_id": .string(context.trace.spanID), "client": .string(context.clientAddress),
      "method": .string(request.method.rawValue), "path": .string(request.uri.path),
      "status": .number(Int(response.status.code)), "duration_ms": .milliseconds(duration),
    ]
    metadata["parent_span_id"] = context.trace.parentSpanID.map { .string($0) }
    metadata["key_id"] = notes.keyID.map { .string($0) }
    metadata["model_version"] = notes.modelVersion.map { .string($0) }
    metadata["engine"] = notes.engine.map { .string($0) }
    metadata["model_version"] = notes.modelVersion.map { .string($0) }
    metadata["class"] = notes.predictedClass.map { .string($0) }
    metadata["confidence"] = notes.confidence.map { .number($0, decimals: 4) }
    metadata["bytes"] = notes.bodySize.map { .number($0) }
    metadata["code"] = notes.errorCode.map { .string($0.rawValue) }
    metadata["store_ms"] = notes.storeTime.map { .milliseconds($0) }
    if let outcome = notes.outcome {
      metadata["queue_ms"] = .milliseconds(outcome.queueTime)
      metadata["decode_ms"] = .milliseconds(outcome.decodingTime)
      metadata["preprocess_ms"] = .milliseconds(outcome.preprocessingTime)
      metadata["inference_ms"] = .milliseconds(outcome.inferenceTime)
      metadata["batch"] = .number(outcome.batchSize)
    }
    return metadata
  }
}
