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
      RequestLogEntry(
        requestID: context.requestID, trace: context.trace, clientAddress: context.clientAddress,
        method: request.method.rawValue, path: request.uri.path,
        status: Int(response.status.code), duration: duration, notes: notes,
        errorCode: notes.errorCode?.rawValue), route: route)
    return response
  }
}
