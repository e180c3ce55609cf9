import Classification
public import Files
public import Foundation
import Hashing

/// One version in a model store: a folder with a manifest and the model in its runtime forms.
public struct ModelVersion: Sendable, Hashable {
  /// The version's name: the name of its folder.
  public let name: String
  /// The folder.
  public let directory: URL
  /// What the manifest says.
  public let manifest: Manifest

  /// Reads the manifest of a version's folder.
  ///
  /// - Throws: ``ModelStoreError`` when the folder has no manifest, or one that is damaged or of a
  ///   later format.
  public init(directory: URL) throws(ModelStoreError) {
    name = directory.lastPathComponent
    // Equal versions have equal folders, however the caller spelled them.
    self.directory = URL(filePath: directory.path, directoryHint: .isDirectory)
    let file = directory.appending(path: Self.manifestName)
    guard let data = try? Data(contentsOf: file) else {
      throw .unfinished(name: directory.lastPathComponent)
    }
    do {
      manifest = try JSONDocument.decode(Manifest.self, from: data)
    } catch {
      throw .manifestDamaged(
        version: directory.lastPathComponent, reason: JSONDocument.reason(of: error))
    }
    guard manifest.format <= Manifest.currentFormat else {
      throw .formatTooNew(version: directory.lastPathComponent, format: manifest.format)
    }
    for (split, metrics) in manifest.metrics.sorted(by: { $0.key < $1.key }) {
      if let defect = metrics.defect(classCount: manifest.labels.count) {
        throw .manifestDamaged(version: name, reason: "its \(split) split's \(defect)")
      }
    }
  }

  /// Whether a folder is a version's.
  public static func exists(in directory: URL) -> Bool {
    FileManager.default.fileExists(atPath: directory.appending(path: manifestName).path)
  }

  /// The path of one form of the model, after its content was checked against the manifest.
  ///
  /// - Throws: ``ModelStoreError/formMissing(version:file:)`` or
  ///   ``ModelStoreError/checksumMismatch(version:file:)``.
  public func verifiedPath(of form: ModelForm) throws(ModelStoreError) -> String {
    try verifiedFile(of: form).path
  }

  /// One form of the model as memory, and its path, after its content was checked against the manifest.
  ///
  /// - Throws: ``ModelStoreError/formMissing(version:file:)`` or
  ///   ``ModelStoreError/checksumMismatch(version:file:)``.
  public func verifiedFile(of form: ModelForm) throws(ModelStoreError) -> (
    path: String, content: MappedFile
  ) {
    let path = directory.appending(path: form.fileName).path
    guard let expected = manifest.files[form.fileName],
      let content = try? MappedFile(path: path, limit: .max)
    else { throw .formMissing(version: name, file: form.fileName) }
    guard Self.description(of: content) == expected else {
      throw .checksumMismatch(version: name, file: form.fileName)
    }
    return (path, content)
  }

  /// Checks that every file the manifest lists is there, and is the one it describes.
  ///
  /// - Throws: ``ModelStoreError/formMissing(version:file:)`` or
  ///   ``ModelStoreError/checksumMismatch(version:file:)``.
  public func verify() throws(ModelStoreError) {
    for form in ModelForm.allCases where has(form) { _ = try verifiedPath(of: form) }
  }

  /// Whether the manifest lists a form of the model.
  public func has(_ form: ModelForm) -> Bool { manifest.files[form.fileName] != nil }

  /// Bytes of the files that the manifest lists.
  public var size: Int { manifest.files.values.map(\.bytes).reduce(0, +) }

  /// Writes the manifest of a version's folder, listing the size and SHA-256 of each form found there.
  ///
  /// The manifest appears whole or not at all, and last: a folder without one is not a version.
  ///
  /// - Returns: The version as it can now be read.
  /// - Throws: ``ModelStoreError`` when a file cannot be read or the manifest cannot be written.
  public static func finish(
    directory: URL, manifest: Manifest
  ) throws(ModelStoreError) -> ModelVersion {
    var manifest = manifest
    manifest.files = [:]
    do {
      for form in ModelForm.allCases {
        let file = directory.appending(path: form.fileName).path
        guard FileManager.default.fileExists(atPath: file) else { continue }
        manifest.files[form.fileName] = description(of: try MappedFile(path: file, limit: .max))
      }
      try FileContents.write(
        JSONDocument.encode(manifest), to: directory.appending(path: manifestName).path)
    } catch let error as FileError {
      throw .unwritable(path: directory.path, reason: error.reason)
    } catch {
      throw .unwritable(path: directory.path, reason: error.localizedDescription)
    }
    return try ModelVersion(directory: directory)
  }

  /// Changes what the manifest says of a version whose files are as they are listed.
  ///
  /// - Returns: The version as it can now be read.
  /// - Throws: ``ModelStoreError`` when a file is not the one that is listed, or the manifest cannot be
  ///   written.
  public func updatingManifest(
    _ change: (inout Manifest) -> Void
  ) throws(ModelStoreError) -> ModelVersion {
    try verify()
    var manifest = manifest
    change(&manifest)
    return try Self.finish(directory: directory, manifest: manifest)
  }

  static let manifestName = "manifest.json"

  private static func description(of content: MappedFile) -> Manifest.File {
    withExtendedLifetime(content) {
      Manifest.File(
        bytes: content.bytes.count, sha256: ContentHash.sha256(of: content.bytes))
    }
  }
}
