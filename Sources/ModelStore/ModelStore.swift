import Files
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
    try entries().compactMap { try? $0.version.get() }
  }

  /// Whether there is a version. This reads the first alone.
  public var hasVersions: Bool {
    guard let folders = try? folders() else { return false }
    return folders.contains { (try? ModelVersion(directory: $0)) != nil }
  }

  /// Every folder of the store, the newest version first and those that cannot be read last, with the
  /// reason why.
  ///
  /// - Throws: ``ModelStoreError/storeMissing(path:)``.
  public func entries() throws(ModelStoreError) -> [ModelStoreEntry] {
    try folders()
      .map { folder in
        ModelStoreEntry(
          name: folder.lastPathComponent, isShipped: !owns(folder),
          version: Result { () throws(ModelStoreError) in try ModelVersion(directory: folder) })
      }
      .sorted { ($1.created, $1.name) < ($0.created, $0.name) }
  }

  /// The version with a name.
  ///
  /// - Throws: ``ModelStoreError`` when there is none, or its manifest is damaged.
  public func version(named name: String) throws(ModelStoreError) -> ModelVersion {
    try ModelVersion(directory: folder(named: name))
  }

  /// The version that is served: the promoted one, else the one the program came to serve, else the
  /// newest.
  ///
  /// - Throws: ``ModelStoreError`` when the store has no version, or the promoted one is gone or
  ///   damaged.
  public func current() throws(ModelStoreError) -> ModelVersion {
    if let name = pointer()?.current { return try version(named: name) }
    guard let newest = try versions().first else { throw .empty(path: directory.path) }
    return newest
  }

  /// The names of the version that is served and of those that were before it, the latest first; empty
  /// when none was ever promoted. Some of them may be gone.
  public var promoted: [String] {
    pointer().map { [$0.current] + $0.earlier } ?? []
  }

  /// Whether a folder, which need not be there, is one of the store's own, and none that came with the program.
  public func owns(_ folder: URL) -> Bool {
    folder.deletingLastPathComponent().standardizedFileURL.path
      == directory.standardizedFileURL.path
  }

  /// Whether a version came with the program.
  public func isShipped(_ version: ModelVersion) -> Bool { !owns(version.directory) }

  /// Makes a version the one that is served, and remembers the one that was.
  ///
  /// The pointer is replaced in one step, after the version's files were checked: a reader, and whoever
  /// starts after a power failure, sees the old version or the new one.
  ///
  /// - Throws: ``ModelStoreError`` when there is no such version, a file of it is not the one its
  ///   manifest describes, or the pointer cannot be written.
  public func promote(_ name: String) throws(ModelStoreError) {
    try changing { () throws(ModelStoreError) in
      let version = try version(named: name)
      try version.verify()
      var pointer =
        ModelPointer(in: directory)
        ?? ModelPointer(current: pointer()?.current ?? (try? current())?.name ?? name)
      pointer.promote(version.name)
      try write(pointer)
    }
  }

  /// The version that was served before the one that is; those that were removed since do not count.
  ///
  /// - Throws: ``ModelStoreError/noPreviousVersion`` when there is none, or another error when it is
  ///   damaged.
  public func previous() throws(ModelStoreError) -> ModelVersion {
    let folders = try folders()
    for name in ModelPointer(in: directory)?.earlier ?? [] {
      if let folder = folders.first(where: { $0.lastPathComponent == name }) {
        return try ModelVersion(directory: folder)
      }
    }
    throw .noPreviousVersion
  }

  /// Makes the version that was served before the one that is served again, and forgets the latter, so
  /// that doing it once more goes back one further.
  ///
  /// - Returns: The version.
  /// - Throws: What ``previous()`` throws, or ``ModelStoreError`` when a file of the version is not the
  ///   one its manifest describes or the pointer cannot be written.
  @discardableResult
  public func rollBack() throws(ModelStoreError) -> ModelVersion {
    try changing { () throws(ModelStoreError) in
      let version = try previous()
      try version.verify()
      guard var pointer = ModelPointer(in: directory) else { throw .noPreviousVersion }
      pointer.rollBack(to: version.name)
      try write(pointer)
      return version
    }
  }

  /// Deletes a version for good, damaged or not.
  ///
  /// - Throws: ``ModelStoreError`` when there is no such version, it is served, it came with the
  ///   program, or it cannot be deleted.
  public func remove(_ name: String) throws(ModelStoreError) {
    try changing { () throws(ModelStoreError) in
      let folder = try folder(named: name)
      guard owns(folder) else { throw .versionShipped(name: name) }
      let served = pointer()?.current ?? (try? current())?.name
      guard served != name else { throw .versionServed(name: name) }
      // Under a name that begins with a dot it is no version any more, however far deleting gets.
      let doomed = directory.appending(path: Self.doomedPrefix + UUID().uuidString)
      do {
        try FileManager.default.moveItem(at: folder, to: doomed)
        try FileManager.default.removeItem(at: doomed)
      } catch {
        throw .unwritable(path: folder.path, reason: error.localizedDescription)
      }
    }
  }

  /// Adds a version, which appears whole or not at all.
  ///
  /// - Parameters:
  ///   - name: Its name, which no other may have.
  ///   - write: Writes the version to the folder it is told, and finishes it there.
  /// - Returns: The version under its name.
  /// - Throws: ``ModelStoreError`` when the name is unusable or taken or the folder cannot be written, or
  ///   what `write` throws; the store is then as it was.
  public func add(
    _ name: String, _ write: (URL) throws -> Void
  ) throws -> ModelVersion {
    let staging = directory.appending(
      path: Self.stagingPrefix + UUID().uuidString, directoryHint: .isDirectory)
    try prepare(staging, for: name)
    defer { try? FileManager.default.removeItem(at: staging) }
    try write(staging)
    return try changing { () throws(ModelStoreError) in
      try checkIsFree(name)
      let folder = directory.appending(path: name, directoryHint: .isDirectory)
      do throws(FileError) {
        try FileContents.move(from: staging.path, to: folder.path)
      } catch {
        throw .unwritable(path: folder.path, reason: error.reason)
      }
      return try ModelVersion(directory: folder)
    }
  }

  /// Whether a version may have a name: a letter or digit, then up to 63 of them, dots, dashes and
  /// underscores; but not `current`, a file of the store, or `rollback`, an address of the service.
  public static func isUsable(name: String) -> Bool {
    name.wholeMatch(of: #/[A-Za-z0-9][A-Za-z0-9._-]{0,63}/#) != nil
      && ![ModelPointer.fileName, "rollback"].contains(name)
  }

  /// Changes whenever another version is promoted, by whichever process.
  public var pointerText: String? {
    try? String(
      contentsOf: directory.appending(path: ModelPointer.fileName), encoding: .utf8)
  }

  private static let stagingPrefix = ".new-"
  private static let doomedPrefix = ".removed-"
  private static let lockName = ".lock"
  /// Seconds after which nobody writes to a folder any more that is not finished.
  private static let stagingLifetime: TimeInterval = 86_400

  private func pointer() -> ModelPointer? {
    [directory, shipped].compactMap(\.self).lazy.compactMap { ModelPointer(in: $0) }.first
  }

  private func write(_ pointer: ModelPointer) throws(ModelStoreError) {
    do {
      try pointer.write(to: directory)
    } catch {
      throw .unwritable(path: directory.path, reason: error.reason)
    }
  }

  /// Does something while no other process changes the store.
  private func changing<Value>(
    _ body: () throws(ModelStoreError) -> Value
  ) throws(ModelStoreError) -> Value {
    let lock: FileLock
    do {
      lock = try FileLock(path: directory.appending(path: Self.lockName).path)
    } catch {
      throw .unwritable(path: directory.path, reason: error.reason)
    }
    defer { lock.release() }
    return try body()
  }

  private func prepare(_ staging: URL, for name: String) throws(ModelStoreError) {
    guard Self.isUsable(name: name) else { throw .nameUnusable(name: name) }
    try? removeLeftovers()
    do {
      try FileManager.default.createDirectory(at: staging, withIntermediateDirectories: true)
    } catch {
      throw .unwritable(path: directory.path, reason: error.localizedDescription)
    }
    do throws(ModelStoreError) {
      try checkIsFree(name)
    } catch {
      try? FileManager.default.removeItem(at: staging)
      throw error
    }
  }

  private func checkIsFree(_ name: String) throws(ModelStoreError) {
    guard try !folders().contains(where: { $0.lastPathComponent == name }) else {
      throw .nameTaken(name: name)
    }
  }

  /// Deletes what processes left that were killed while they added or removed a version.
  private func removeLeftovers() throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: directory.path)
    where name.hasPrefix(Self.stagingPrefix) || name.hasPrefix(Self.doomedPrefix) {
      let folder = directory.appending(path: name)
      let values = try folder.resourceValues(forKeys: [.contentModificationDateKey])
      guard let modified = values.contentModificationDate,
        modified.timeIntervalSinceNow < -Self.stagingLifetime
      else { continue }
      try FileManager.default.removeItem(at: folder)
    }
  }

  private func folder(named name: String) throws(ModelStoreError) -> URL {
    guard let folder = try folders().first(where: { $0.lastPathComponent == name }) else {
      throw .versionNotFound(name: name, available: try versions().map(\.name))
    }
    return folder
  }

  /// The folders that may be versions, those of the store before those shipped.
  private func folders() throws(ModelStoreError) -> [URL] {
    let listings = [directory, shipped].compactMap { store in
      store.flatMap { Self.folders(in: $0) }
    }
    guard !listings.isEmpty else { throw .storeMissing(path: directory.path) }
    var names: Set<String> = []
    return listings.joined().filter { names.insert($0.lastPathComponent).inserted }
  }

  /// The folders in one; `nil` when it cannot be read.
  private static func folders(in store: URL) -> [URL]? {
    // The store may be a link, which the listing would not follow. What is in it keeps its path.
    let target = store.resolvingSymlinksInPath()
    let content = try? FileManager.default.contentsOfDirectory(
      at: target, includingPropertiesForKeys: [.isDirectoryKey], options: .skipsHiddenFiles)
    return content?
      .filter { (try? $0.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true }
      .map { store.appending(path: $0.lastPathComponent, directoryHint: .isDirectory) }
  }
}
