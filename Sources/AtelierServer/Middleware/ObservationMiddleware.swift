import Classification
import HTTPTypes
import Hummingbird
import Logging
import Tracing

/// Writes a log line for each request, and counts and times it.
struct ObservationMiddleware: RouterMiddleware {
  let metrics: ServiceMetrics
  let logger: Logger
  /// Makes spans of requests; `nil` when nobody wants them.
  let tracing: RequestTracing?

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
    tracing?.record(
      .init(
        name: "\(request.method.rawValue) \(route)", trace: context.trace, start: context.start,
        duration: duration, failed: response.status.code >= 500,
        attributes: [
          "http.request.method": .string(request.method.rawValue), "http.route": .string(route),
          "url.path": .string(request.uri.path), "client.address": .string(context.clientAddress),
          "http.response.status_code": .int64(Int64(response.status.code)),
        ]), notes)
    logger.log(
      level: Self.level(ofStatus: Int(response.status.code), route: route), "request",
      metadata: metadata(request, response, context, notes, duration))
    return response
  }

  private static let quietPaths = [
    "/health/", MetricsRoute.path, OpenInferenceRoutes.healthPath,
    "/inference.GRPCInferenceService/Server",
  ]

  /// Probes come every few seconds and say nothing while all is well.
  static func level(ofStatus status: Int, route: String) -> Logger.Level {
    switch status {
    case 500...: .error
    case 401, 403, 429: .warning
    default: Self.quietPaths.contains { route.hasPrefix($0) } ? .debug : .info
    }
  }

  private func metadata(
    _ request: Request, _ response: Response, _ context: ServiceContext,
    _ notes: RequestNotes.Content, _ duration: Duration
  ) -> Logger.Metadata {
    let metadata: Logger.Metadata = [
      "request_id": .string(context.requestID), "client": .string(context.clientAddress),
      "method": .string(request.method.rawValue), "path": .string(request.uri.path),
      "status": .number(Int(response.status.code)), "duration_ms": .milliseconds(duration),
    ]
    return metadata.merging(context.trace.logMetadata) { $1 }
      .merging(notes.logMetadata) { $1 }
  }
}
