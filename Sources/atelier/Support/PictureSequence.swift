import Archives
import Foundation
import Pipeline

/// The pictures in files, those in archives among them, one after the other.
struct PictureSequence {
  private var paths: ArraySlice<String>
  /// The archive that is being read, and the file it is in.
  private var archive: (path: String, reader: ArchiveReader, handle: FileHandle?)?
  /// Whether nothing was found in the archive yet.
  private var isEmpty = true

  /// - Parameter paths: Files; `-` is standard input.
  init(_ paths: [String]) {
    self.paths = paths[...]
  }

  /// The next picture, or why it cannot be read; `nil` after the last.
  mutating func next() -> BulkClassification.Picture? {
    while true {
      if let picture = nextEntry() { return picture }
      guard let path = paths.popFirst() else { return nil }
      do {
        guard try !openArchive(path) else { continue }
        let bytes = try PictureFile.read(path)
        guard ArchiveFormat(detecting: bytes) != nil else {
          return .init(name: path, content: .success(bytes))
        }
        archive = (path, try ArchiveReader(.memory(bytes)), nil)
        isEmpty = true
      } catch {
        return .init(name: path, content: .failure(error))
      }
    }
  }

  /// Opens a file if it is an archive: of an archive, only an entry at a time is in memory.
  private mutating func openArchive(_ path: String) throws -> Bool {
    guard path != "-", let handle = try? FileHandle(forReadingFrom: URL(filePath: path)),
      let head = try? handle.read(upToCount: ArchiveFormat.detectionLength),
      ArchiveFormat(detecting: head) != nil
    else { return false }
    let source = ArchiveSource.file(
      descriptor: handle.fileDescriptor, offset: 0, count: Int(try handle.seekToEnd()))
    archive = (path, try ArchiveReader(source), handle)
    isEmpty = true
    return true
  }

  private mutating func nextEntry() -> BulkClassification.Picture? {
    guard let (path, reader, _) = archive else { return nil }
    do throws(ArchiveError) {
      if let entry = try reader.next() {
        isEmpty = false
        return .init(name: "\(path)/\(entry.path)", content: entry.content.mapError { $0 })
      }
      archive = nil
      return isEmpty
        ? .init(name: path, content: .failure(CommandFailure("there is no file in the archive")))
        : nil
    } catch {
      archive = nil
      return .init(name: path, content: .failure(error))
    }
  }
}
