import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Makes an answer of every error; those that are the service's own fault are logged in full and not
/// shown.
struct ErrorMiddleware: RouterMiddleware {
  let allowedMethods: AllowedMethods
  let logger: Logger

  func handle(
    _ request: Request, context: ServiceContext,
    next: (Request, ServiceContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      let answer = apiError(for: error, request, context)
      context.notes.note { $0.errorCode = answer.code }
      return OpenInferenceRoutes.answers(request)
        ? .inference(
          answer.openInferenceBody, status: answer.openInferenceStatus, headers: answer.headers)
        : .json(
          answer.body(requestID: context.requestID), status: answer.status, headers: answer.headers)
    }
  }

  private func apiError(
    for error: any Error, _ request: Request, _ context: ServiceContext
  ) -> APIError {
    switch error {
    case let error as APIError:
      return error
    case let error as HTTPError where error.status == .notFound:
      return allowedMethods.error(for: request)
    case let error as HTTPError where error.status.code < 500:
      return APIError(
        status: error.status, code: .invalidRequest, message: error.body ?? "the request is wrong")
    default:
      logger.error(
        "a request failed", error: error, metadata: ["request_id": .string(context.requestID)])
      return .internalError
    }
  }
}
