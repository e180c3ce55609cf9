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
  /// No version was served before the one that is.
  case noPreviousVersion
  /// The version is served, and cannot be removed.
  case versionServed(name: String)
  /// The version came with the program, and cannot be removed.
  case versionShipped(name: String)
  /// A version cannot have the name.
  case nameUnusable(name: String)
  /// There is a version of that name already.
  case nameTaken(name: String)
  /// A folder of the store has no manifest.
  case unfinished(name: String)
  /// A file of the store cannot be written.
  case unwritable(path: String, reason: String)
}

extension ModelStoreError: CustomStringConvertible {
  /// What is wrong, with which version, and how to mend it.
  public var description: String {
    switch self {
    case .storeMissing(let path):
      "there is no model store in \(path); train or import a version, or name another folder"
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
    case .noPreviousVersion: "no version was served before this one; promote one by its name"
    case .versionServed(let name):
      "model version \(name) is the one that is served; promote another one first"
    case .versionShipped(let name):
      "model version \(name) came with the program and stays; only versions of yours can be removed"
    case .nameUnusable(let name):
      "\(name.prefix(80)) cannot name a model version; use up to 64 letters, digits, dots, dashes and "
        + "underscores, beginning with a letter or digit"
    case .nameTaken(let name):
      "there is a model version \(name) already; choose another name, or remove it first"
    case .unfinished(let name):
      "model version \(name) has no manifest.json: it is still being trained, or was copied only in part"
    case .unwritable(let path, let reason): "cannot write to \(path): \(reason)"
    }
  }
}
