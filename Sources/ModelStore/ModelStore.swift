public import Foundation

/// The versions of the model, each in a folder of its own, and which one is served.
public struct ModelStore: Sendable {
  /// The folder that holds the versions' folders.
  public let directory: URL

  /// Opens the store in a folder.
  public init(directory: URL) {
    self.directory = directory
  }

  /// Every version that can be read, the newest first; folders without a manifest are not versions.
  ///
  /// - Throws: ``ModelStoreError/storeMissing(path:)``.
  public func versions() throws(ModelStoreError) -> [ModelVersion] {
    try folders()
      .compactMap { try? ModelVersion(directory: $0) }
      .sorted { ($1.manifest.created, $1.name) < ($0.manifest.created, $0.name) }
  }

  /// The version with a name.
  ///
  /// - Throws: ``ModelStoreError`` when there is none, or its manifest is damaged.
  public func version(named name: String) throws(ModelStoreError) -> ModelVersion {
    let folders = try folders()
    guard let folder = folders.first(where: { $0.lastPathComponent == name }) else {
      throw .versionNotFound(name: name, available: try versions().map(\.name))
    }
    return try ModelVersion(directory: folder)
  }

  /// The version that is served: the promoted one, or the newest while none was promoted.
  ///
  /// - Throws: ``ModelStoreError`` when the store has no version, or the promoted one is gone or
  ///   damaged.
  public func current() throws(ModelStoreError) -> ModelVersion {
    let pointer = directory.appending(path: Self.pointerName)
    if let content = try? String(contentsOf: pointer, encoding: .utf8) {
      return try version(named: content.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    guard let newest = try versions().first else { throw .empty(path: directory.path) }
    return newest
  }

  /// Makes a version the one that is served.
  ///
  /// The pointer is replaced in one step: a reader sees the old version or the new one.
  ///
  /// - Throws: ``ModelStoreError`` when there is no such version or the pointer cannot be written.
  public func promote(_ name: String) throws(ModelStoreError) {
    let version = try version(named: name)
    do {
      try Data((version.name + "\n").utf8).write(
        to: directory.appending(path: Self.pointerName), options: .atomic)
    } catch {
      throw .unwritable(path: directory.path, reason: error.localizedDescription)
    }
  }

  private static let pointerName = "current"

  private func folders() throws(ModelStoreError) -> [URL] {
    guard
      let content = try? FileManager.default.contentsOfDirectory(
        at: directory, includingPropertiesForKeys: [.isDirectoryKey], options: .skipsHiddenFiles)
    else { throw .storeMissing(path: directory.path) }
    return content.filter {
      (try? $0.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true
    }
  }
}
