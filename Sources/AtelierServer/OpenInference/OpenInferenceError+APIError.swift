import HTTPTypes
import OpenInference

extension APIError {
  /// What a request by the protocol is told of over HTTP.
  init(_ error: OpenInferenceError) {
    switch error.kind {
    case .notFound: self = .notFound(error.message)
    case .exhausted:
      self = APIError(status: .contentTooLarge, code: .tooLarge, message: error.message)
    default: self = .invalidRequest(error.message)
    }
  }

  /// The answer's body in the protocol's form.
  var openInferenceBody: OrderedJSON { ["error": .string(message)] }

  /// The protocol knows no status but 400 for requests that are wrong in themselves.
  var openInferenceStatus: HTTPResponse.Status {
    status == .unprocessableContent || status == .unsupportedMediaType ? .badRequest : status
  }
}

extension OpenInferenceError {
  /// What a caller over gRPC is told of.
  init(_ error: APIError) {
    let kind: Kind =
      switch error.status.code {
      case 400, 415, 422: .invalidArgument
      case 401: .unauthenticated
      case 403: .permissionDenied
      case 404: .notFound
      case 409: .failedPrecondition
      case 413, 429: .exhausted
      case 499: .cancelled
      case 503: error.code == .deadlineExceeded ? .deadlineExceeded : .unavailable
      default: .internal
      }
    self.init(kind, error.message)
  }

  /// The status that HTTP would have, for the log and the metrics.
  var equivalentStatus: Int {
    switch kind {
    case .invalidArgument: 400
    case .unauthenticated: 401
    case .permissionDenied: 403
    case .notFound: 404
    case .failedPrecondition: 409
    case .exhausted: 429
    case .cancelled: 499
    case .internal: 500
    case .unimplemented: 501
    case .unavailable, .deadlineExceeded: 503
    }
  }
}
