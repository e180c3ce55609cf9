import HTTPTypes
import Hummingbird

/// Leaves the body out of answers to `HEAD` (RFC 9110, section 9.3.2), which a caller would take for the
/// beginning of the next answer. The router does so where there is a route, and only there.
struct HeadMiddleware: RouterMiddleware {
  func handle(
    _ request: Request, context: ServiceContext,
    next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    let response = try await next(request, context)
    return request.method == .head ? response.createHeadResponse() : response
  }
}
