import GRPCCore
import OpenInference

extension RPCError {
  /// What a caller over gRPC is told.
  init(_ error: OpenInferenceError) {
    let code: Code =
      switch error.kind {
      case .invalidArgument: .invalidArgument
      case .notFound: .notFound
      case .unauthenticated: .unauthenticated
      case .permissionDenied: .permissionDenied
      case .exhausted: .resourceExhausted
      case .failedPrecondition: .failedPrecondition
      case .unimplemented: .unimplemented
      case .unavailable: .unavailable
      case .deadlineExceeded: .deadlineExceeded
      case .cancelled: .cancelled
      case .internal: .internalError
      }
    self.init(code: code, message: error.message)
  }
}
