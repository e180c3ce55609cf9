public import Archives
import Files
public import Foundation
public import Imaging

/// Reads users' data sets: folders that are named by class, a CSV file with the paths of pictures and
/// their labels, or IDX files; in a folder, or in a ZIP, RAR, 7z or tar archive.
///
/// Pictures may have any size and format that can be classified, and are prepared in the same way.
/// Nothing is written. Reading blocks the thread.
public struct UserDatasetReader: Sendable {
  /// How much an archive, or a folder, may hold.
  public var limits: ArchiveLimits
  /// What makes tensors of pictures.
  public var preprocessor: Preprocessor

  /// Creates a reader.
  public init(
    limits: ArchiveLimits = ArchiveLimits(), preprocessor: Preprocessor = Preprocessor()
  ) {
    self.limits = limits
    self.preprocessor = preprocessor
  }

  /// Reads a folder, an archive, or a CSV file with the folder it lies in.
  ///
  /// - Throws: ``DatasetError`` when it is none of these or says nothing of its pictures; single
  ///   pictures that cannot be read are among ``UserDataset/unreadable``.
  public func read(_ location: URL) throws(DatasetError) -> UserDataset {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: location.path, isDirectory: &isFolder) else {
      throw .unreadable(file: location.path)
    }
    if isFolder.boolValue {
      return try DatasetLayout(files: files(in: location), source: location.path).dataset()
    }
    if ["csv", "tsv"].contains(location.pathExtension.lowercased()) {
      let folder = location.deletingLastPathComponent()
      return try DatasetLayout(files: files(in: folder), source: folder.path)
        .dataset(table: location.lastPathComponent)
    }
    guard let file = try? FileHandle(forReadingFrom: location),
      let size = try? file.seekToEnd()
    else { throw .unreadable(file: location.path) }
    defer { try? file.close() }
    return try read(
      archive: .file(descriptor: file.fileDescriptor, offset: 0, count: Int(size)),
      name: location.path)
  }

  /// Reads an archive.
  ///
  /// - Parameters:
  ///   - archive: The archive.
  ///   - name: What errors call it.
  /// - Throws: ``DatasetError``, among them ``DatasetError/archive(file:reason:)`` when it is cut short
  ///   or passes a limit.
  public func read(
    archive: ArchiveSource, name: String
  ) throws(DatasetError) -> UserDataset {
    var files = DatasetFiles(preprocessor: preprocessor)
    do throws(ArchiveError) {
      let reader = try ArchiveReader(archive, limits: limits)
      while let entry = try reader.next() {
        switch entry.content {
        case .success(let bytes): files.add(entry.path, bytes)
        case .failure(.nested(.gzip)) where entry.path.contains("-ubyte"):
          files.addUnreadable(entry.path, "put IDX files into an archive as they are, not gzipped")
        case .failure(let failure): files.addUnreadable(entry.path, failure.description)
        }
      }
    } catch {
      throw .archive(file: name, reason: error.description)
    }
    return try DatasetLayout(files: files, source: name).dataset()
  }

  private func files(in folder: URL) throws(DatasetError) -> DatasetFiles {
    var files = DatasetFiles(preprocessor: preprocessor)
    let root = folder.standardizedFileURL.path
    // An enumerator follows no links, nor the one it is given.
    let target = folder.resolvingSymlinksInPath().path
    guard let paths = FileManager.default.enumerator(atPath: target) else {
      throw .unreadable(file: root)
    }
    var found: [(path: String, type: FileAttributeType?)] = []
    for case let path as String in paths where !DatasetFiles.isPassedOver(path) {
      guard found.count < limits.entryCount else {
        throw .tooManyFiles(directory: root, limit: limits.entryCount)
      }
      found.append((path, paths.fileAttributes?[.type] as? FileAttributeType))
    }
    var parents: Set<Substring> = []
    for (path, _) in found { parents.insert(path.prefix { _ in true }.droppingLastComponent) }
    for (path, type) in found.sorted(by: { $0.path < $1.path }) {
      switch type {
      case .typeDirectory?:
        if !parents.contains(path[...]) { files.emptyFolders.append(path) }
      case .typeRegular?:
        do throws(FileError) {
          files.add(
            path, try FileContents.read(from: root + "/" + path, limit: limits.entryBytes))
        } catch {
          files.addUnreadable(path, error.reason)
        }
      default:
        files.addUnreadable(path, "it is a link or no file; put the picture itself there")
      }
    }
    return files
  }
}

extension Substring {
  /// A path without its last component; empty when it has only one.
  var droppingLastComponent: Substring {
    lastIndex(of: "/").map { self[..<$0] } ?? ""
  }
}
