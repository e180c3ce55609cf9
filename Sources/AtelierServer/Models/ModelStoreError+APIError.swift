import HTTPTypes
import ModelImport
import ModelStore

extension APIError {
  /// What the caller is told of the model store. Paths stay in the log.
  init(_ error: ModelStoreError) {
    switch error {
    case .versionNotFound(let name, _): self = .noVersion(name)
    case .noPreviousVersion, .versionServed, .versionShipped, .manifestDamaged, .formatTooNew,
      .formMissing, .checksumMismatch, .nameTaken, .unfinished:
      self = .conflict(error.description)
    case .nameUnusable: self = .invalidParameter(error.description)
    case .storeMissing, .empty, .unwritable:
      self = .unavailable(
        .storageUnavailable, "the model store cannot be used; the service's log says why",
        retryAfter: 30)
    }
  }

  /// What the caller is told of a file that did not become a version.
  init(_ error: ModelImportError) {
    switch error {
    case .store(let error): self = APIError(error)
    case .librariesMissing:
      self = .unavailable(.engineUnavailable, error.description, retryAfter: 3_600)
    case .export:
      self = .unavailable(
        .storageUnavailable, "the version cannot be written; the service's log says why",
        retryAfter: 30)
    default:
      self = APIError(
        status: error.isDamage ? .badRequest : .unprocessableContent, code: .invalidModel,
        message: error.description)
    }
  }

  /// The request is a good one, but not as things are.
  static func conflict(_ message: String) -> APIError {
    APIError(status: .conflict, code: .conflict, message: message)
  }

  /// A version cannot go while a share of the requests tries it.
  static func canaryStays(_ name: String) -> APIError {
    conflict("model version \(name) is the canary; start the service without --canary first")
  }

  static func noVersion(_ name: String) -> APIError {
    .notFound("there is no model version \(name.prefix(80))")
  }
}
