import Archives
import Files
import Foundation
import Pipeline

/// The pictures in files, those in archives among them, one after the other.
struct PictureSequence {
  private var candidates: ArraySlice<PictureFile.Candidate>
  private var archive: Archive?

  /// The archive that is being read.
  private struct Archive {
    let path: String
    let reader: ArchiveReader
    /// Keeps the file open that it is in.
    var handle: FileHandle?
    /// Whether nothing was found in it yet.
    var isEmpty = true
  }

  /// - Parameter candidates: Files; `-` is standard input.
  init(_ candidates: [PictureFile.Candidate]) {
    self.candidates = candidates[...]
  }

  /// The next picture, or why it cannot be read; `nil` after the last.
  mutating func next() -> BulkClassification.Picture? {
    while true {
      if let picture = nextEntry() { return picture }
      guard let candidate = candidates.popFirst() else { return nil }
      let path = candidate.path
      do {
        if let failure = candidate.failure { throw failure }
        guard try !openArchive(path) else { continue }
        let bytes = try PictureFile.read(path)
        guard ArchiveFormat(detecting: bytes) != nil else {
          return .init(name: path, content: .success(bytes))
        }
        archive = Archive(path: path, reader: try ArchiveReader(.memory(bytes)))
      } catch {
        return .init(name: path, content: .failure(error))
      }
    }
  }

  /// Opens a file if it is an archive: of an archive, only an entry at a time is in memory.
  private mutating func openArchive(_ path: String) throws -> Bool {
    guard path != "-", FileContents.isRegularFile(path),
      let handle = try? FileHandle(forReadingFrom: URL(filePath: path)),
      let head = try? handle.read(upToCount: ArchiveFormat.detectionLength),
      ArchiveFormat(detecting: head) != nil
    else { return false }
    let source = ArchiveSource.file(
      descriptor: handle.fileDescriptor, offset: 0, count: Int(try handle.seekToEnd()))
    archive = Archive(path: path, reader: try ArchiveReader(source), handle: handle)
    return true
  }

  private mutating func nextEntry() -> BulkClassification.Picture? {
    guard let current = archive else { return nil }
    do throws(ArchiveError) {
      if let entry = try current.reader.next() {
        archive?.isEmpty = false
        return .init(
          name: "\(current.path)/\(entry.path)", content: entry.content.mapError { $0 })
      }
      archive = nil
      guard current.isEmpty else { return nil }
      return .init(
        name: current.path,
        content: .failure(CommandFailure("there is no file in the archive")))
    } catch {
      archive = nil
      return .init(name: current.path, content: .failure(error))
    }
  }
}
