import HTTPTypes
import Hummingbird

/// Shows people a page where programs get an error in JSON.
struct PageMiddleware: RouterMiddleware {
  let pages: WebPages

  func handle(
    _ request: Request, context: ServiceContext,
    next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    let response = try await next(request, context)
    guard response.status.code >= 400, isFromAddressBar(request),
      response.headers[.contentType]?.hasPrefix("text/html") != true
    else { return response }
    var answer = pages.response(page(for: response.status), status: response.status, request)
    answer.headers[.retryAfter] = response.headers[.retryAfter]
    answer.headers[.allow] = response.headers[.allow]
    return answer
  }

  /// Whether a browser wants to show the answer itself: what scripts ask for, they show.
  private func isFromAddressBar(_ request: Request) -> Bool {
    (request.method == .get || request.method == .head)
      && request.headers[.accept]?.lowercased().contains("text/html") == true
  }

  private func page(for status: HTTPResponse.Status) -> WebPages.Page {
    switch status {
    case .notFound: .notFound
    case .forbidden: .forbidden
    default: .failed
    }
  }
}
