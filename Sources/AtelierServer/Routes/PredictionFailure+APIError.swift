import Classification
import HTTPTypes
import Imaging

extension APIError {
  /// What the caller is told when a picture was not classified.
  init(_ failure: PredictionFailure, picture bytes: [UInt8]) {
    switch failure {
    case .queueFull:
      self = .unavailable(.overloaded, "too many pictures wait already; try again", retryAfter: 1)
    case .shuttingDown:
      self = .unavailable(.overloaded, "the service is stopping; try again", retryAfter: 5)
    case .deadlineExceeded:
      self = .unavailable(
        .deadlineExceeded, "the picture was not classified in time; try again", retryAfter: 5)
    case .cancelled:
      // Nobody is there to read it; the log has it.
      self = APIError(
        status: .init(code: 499, reasonPhrase: "Client Closed Request"), code: .invalidRequest,
        message: "the caller has closed the connection")
    case .picture(let error): self = APIError(error, picture: bytes)
    case .engine(let error): self = APIError(error)
    }
  }

  /// What the caller is told of an unusable picture.
  init(_ error: ImagingError, picture bytes: [UInt8]) {
    switch error {
    case .unsupportedType where ForeignFormat(bytes) == nil:
      self = APIError(status: .badRequest, code: .invalidPicture, message: error.description)
    case .unsupportedType, .unsupportedVariant:
      self = APIError(
        status: .unsupportedMediaType, code: .unsupportedType, message: error.description)
    case .tooLarge, .metadataTooLarge, .outOfMemory:
      self = APIError(status: .contentTooLarge, code: .tooLarge, message: error.description)
    case .empty, .truncated, .damaged:
      self = APIError(status: .badRequest, code: .invalidPicture, message: error.description)
    }
  }

  /// What the caller is told when an engine cannot compute; the reason may name files, and is logged
  /// instead.
  init(_ error: InferenceError) {
    switch error {
    case .engineUnavailable(let kind, _):
      self = .unavailable(
        .engineUnavailable, "the engine \(kind.displayName) is not loaded", retryAfter: 30)
    case .libraryMissing(let kind, _):
      // Nothing is going to change before the service is installed anew.
      self = .unavailable(
        .engineUnavailable,
        "the engine \(kind.displayName) is not loaded: \(error.reason); the native engine needs none, "
          + "and answers at /predict-native",
        retryAfter: 3_600)
    case .runtimeFailure(let kind, _):
      self = .unavailable(
        .engineUnavailable, "the engine \(kind.displayName) failed; try again", retryAfter: 5)
    case .modelUnreadable, .modelInvalid, .shapeMismatch, .unusableLogits:
      self = .unavailable(.engineUnavailable, "the model cannot be used", retryAfter: 30)
    }
  }
}
