/// Why a model version could not be found, read or written.
public enum ModelStoreError: Error, Sendable, Hashable {
  /// The store's folder does not exist or cannot be read.
  case storeMissing(path: String)
  /// The store has no version.
  case empty(path: String)
  /// There is no version of that name.
  case versionNotFound(name: String, available: [String])
  /// The manifest is not what a manifest should be.
  case manifestDamaged(version: String, reason: String)
  /// The manifest was written by a later program.
  case formatTooNew(version: String, format: Int)
  /// The version does not have the file of a form.
  case formMissing(version: String, file: String)
  /// A file is not the one the manifest describes.
  case checksumMismatch(version: String, file: String)
  /// A file of the store cannot be written.
  case unwritable(path: String, reason: String)
}

extension ModelStoreError: CustomStringConvertible {
  /// What is wrong, with which version, and how to mend it.
  public var description: String {
    switch self {
    case .storeMissing(let path): "there is no model store in \(path)"
    case .empty(let path): "the model store in \(path) has no version; train one or import one"
    case .versionNotFound(let name, let available):
      available.isEmpty
        ? "there is no model version \(name)"
        : "there is no model version \(name); there are \(available.joined(separator: ", "))"
    case .manifestDamaged(let version, let reason):
      "the manifest of model version \(version) is damaged: \(reason)"
    case .formatTooNew(let version, let format):
      "model version \(version) has the manifest format \(format), this program reads up to "
        + "\(Manifest.currentFormat); use a later program"
    case .formMissing(let version, let file):
      "model version \(version) has no \(file); export it with atelier export"
    case .checksumMismatch(let version, let file):
      "\(file) of model version \(version) is not the file its manifest describes: it is damaged "
        + "or was replaced; export it again"
    case .unwritable(let path, let reason): "cannot write to \(path): \(reason)"
    }
  }
}
