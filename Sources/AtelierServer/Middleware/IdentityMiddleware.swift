import HTTPTypes
import Hummingbird
import OpenTelemetry

/// Gives each request an identity and a place in its trace, and says both in the answer; finds out
/// whom it comes from.
struct IdentityMiddleware: RouterMiddleware {
  let trustedProxies: TrustedProxies
  /// Decides which requests are traced; `nil` when none is.
  let sampler: TraceSampler?

  func handle(
    _ request: Request, context: ServiceContext,
    next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    var context = context
    context.clientAddress = trustedProxies.client(
      peer: context.clientAddress, forwardedFor: request.headers.value(of: .forwardedFor))
    context.requestID =
      RequestIdentity.accepted(request.headers.value(of: .requestID)) ?? RequestIdentity.make()
    let trace = TraceContext(traceparent: request.headers.value(of: .traceparent))
    context.trace = sampler?.deciding(trace) ?? trace
    var response = try await next(request, context)
    response.headers[.requestID] = context.requestID
    response.headers[.traceparent] = context.trace.traceparent
    return response
  }
}
