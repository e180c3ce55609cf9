import HTTPTypes

/// What went wrong with a request, as its sender is told.
struct APIError: Error, Sendable {
  /// The status of the answer.
  let status: HTTPResponse.Status
  /// A name for programs.
  let code: Code
  /// A sentence for people.
  let message: String
  /// Fields to add to the answer.
  var headers: HTTPFields = [:]

  /// The names of errors.
  enum Code: String, CaseIterable, Sendable {
    case invalidRequest = "invalid_request"
    case invalidPicture = "invalid_picture"
    case invalidArchive = "invalid_archive"
    case invalidDataset = "invalid_dataset"
    case invalidModel = "invalid_model"
    case unauthorized
    case forbidden
    case notFound = "not_found"
    case methodNotAllowed = "method_not_allowed"
    case configuredKey = "configured_key"
    case ownKey = "own_key"
    case lastAdminKey = "last_admin_key"
    case tooLarge = "too_large"
    case unsupportedType = "unsupported_type"
    case invalidParameter = "invalid_parameter"
    case conflict
    case rateLimited = "rate_limited"
    case internalError = "internal_error"
    case overloaded
    case engineUnavailable = "engine_unavailable"
    case storageUnavailable = "storage_unavailable"
    case storageFull = "storage_full"
    case requestTimeout = "request_timeout"
    case deadlineExceeded = "deadline_exceeded"
  }

  /// The answer's body.
  func body(requestID: String) -> OrderedJSON {
    [
      "error": [
        "code": .string(code.rawValue), "message": .string(message),
        "request_id": .string(requestID),
      ]
    ]
  }

  static func invalidParameter(_ message: String) -> APIError {
    APIError(status: .unprocessableContent, code: .invalidParameter, message: message)
  }

  static func invalidRequest(_ message: String) -> APIError {
    APIError(status: .badRequest, code: .invalidRequest, message: message)
  }

  static func notFound(_ message: String) -> APIError {
    APIError(status: .notFound, code: .notFound, message: message)
  }

  static func bodyTooLarge(limit: Int) -> APIError {
    APIError(
      status: .contentTooLarge, code: .tooLarge,
      message: "the body is larger than the \(limit) bytes allowed")
  }

  /// The service cannot do it now; the caller should try again after some seconds.
  static func unavailable(_ code: Code, _ message: String, retryAfter seconds: Int) -> APIError {
    APIError(
      status: .serviceUnavailable, code: code, message: message,
      headers: [.retryAfter: String(seconds)])
  }

  /// Something failed that should not; the log has the details, the caller does not.
  static let internalError = APIError(
    status: .internalServerError, code: .internalError,
    message: "the service failed; its log says why, under this request's identity")
}
