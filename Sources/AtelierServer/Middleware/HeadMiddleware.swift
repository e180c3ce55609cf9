import HTTPTypes
import Hummingbird

/// Leaves the body out of answers to `HEAD` (RFC 9110, section 9.3.2), which a caller would take for the
/// beginning of the next answer.
struct HeadMiddleware: RouterMiddleware {
  func handle(
    _ request: Request, context: ServiceContext,
    next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    let response = try await next(request, context)
    guard request.method == .head else { return response }
    var head = response.createHeadResponse()
    // That of the body there would be, where it is known (section 8.6).
    head.headers[.contentLength] = response.headers[.contentLength]
    return head
  }
}
