import Foundation

/// A folder of the store, which is a version if it can be read.
public struct ModelStoreEntry: Sendable {
  /// The name of the folder.
  public let name: String
  /// Whether it came with the program, so that it is only read.
  public let isShipped: Bool
  /// The version, or what is wrong with it.
  public let version: Result<ModelVersion, ModelStoreError>

  /// Describes a folder.
  public init(name: String, isShipped: Bool, version: Result<ModelVersion, ModelStoreError>) {
    self.name = name
    self.isShipped = isShipped
    self.version = version
  }

  /// When the version was made; in the distant past when that cannot be read.
  var created: Date { (try? version.get())?.manifest.created ?? .distantPast }
}
