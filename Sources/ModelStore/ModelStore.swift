public import Foundation

/// The versions of the model, each in a folder of its own, and which one is served.
public struct ModelStore: Sendable {
  /// The folder that holds the versions' folders.
  public let directory: URL
  /// A folder of versions that came with the program; it is only read.
  public let shipped: URL?

  /// Opens the store in a folder, over the versions that came with the program.
  public init(directory: URL, shipped: URL? = nil) {
    self.directory = directory
    self.shipped = shipped
  }

  /// Every version that can be read, the newest first; folders without a manifest are not versions.
  ///
  /// A version in the store hides a shipped one of the same name.
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

  /// The version that is served: the promoted one, else the one the program came to serve, else the
  /// newest.
  ///
  /// - Throws: ``ModelStoreError`` when the store has no version, or the promoted one is gone or
  ///   damaged.
  public func current() throws(ModelStoreError) -> ModelVersion {
    for folder in [directory, shipped].compactMap(\.self) {
      let pointer = folder.appending(path: Self.pointerName)
      if let content = try? String(contentsOf: pointer, encoding: .utf8) {
        return try version(named: content.trimmingCharacters(in: .whitespacesAndNewlines))
      }
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
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      try Data((version.name + "\n").utf8).write(
        to: directory.appending(path: Self.pointerName), options: .atomic)
    } catch {
      throw .unwritable(path: directory.path, reason: error.localizedDescription)
    }
  }

  private static let pointerName = "current"

  /// The folders that may be versions, those of the store before those shipped.
  private func folders() throws(ModelStoreError) -> [URL] {
    let listings = [directory, shipped].compactMap { folder in
      folder.flatMap {
        try? FileManager.default.contentsOfDirectory(
          at: $0, includingPropertiesForKeys: [.isDirectoryKey], options: .skipsHiddenFiles)
      }
    }
    guard !listings.isEmpty else { throw .storeMissing(path: directory.path) }
    var names: Set<String> = []
    return listings.joined().filter {
      (try? $0.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true
        && names.insert($0.lastPathComponent).inserted
    }
  }
}
