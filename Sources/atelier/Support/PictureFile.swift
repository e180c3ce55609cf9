import Files
import Foundation
import Glibc

/// Pictures on disk.
enum PictureFile {
  /// Files larger than this are not read: no picture the decoders accept needs more.
  static let maximumBytes = 256 << 20

  /// The bytes of a file, or of standard input when `path` is `-`.
  static func read(_ path: String) throws(CommandFailure) -> [UInt8] {
    let handle: FileHandle
    if path == "-" {
      handle = .standardInput
    } else {
      let descriptor = open(path, O_RDONLY | O_CLOEXEC)
      guard descriptor >= 0 else {
        throw CommandFailure("cannot read \(path): \(String(cString: strerror(errno)))")
      }
      handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }
    let data: Data
    do {
      data = try handle.read(upToCount: maximumBytes + 1) ?? Data()
    } catch {
      throw CommandFailure("cannot read \(path): \(error.localizedDescription)")
    }
    guard data.count <= maximumBytes else {
      throw CommandFailure("\(path) is larger than \(maximumBytes >> 20) MiB")
    }
    return [UInt8](data)
  }

  /// A path that may have a picture.
  struct Candidate {
    let path: String
    /// Why it has none.
    var failure: CommandFailure?
  }

  /// The files that `paths` name: each file itself, and every file below each directory but for hidden ones,
  /// in the order of their names.
  static func expand(_ paths: [String]) -> [Candidate] {
    var candidates: [Candidate] = []
    for path in paths {
      var isDirectory: ObjCBool = false
      guard path == "-" || FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
      else {
        let failure = CommandFailure("there is no such file or directory")
        candidates.append(Candidate(path: path, failure: failure))
        continue
      }
      guard isDirectory.boolValue else {
        candidates.append(Candidate(path: path))
        continue
      }
      do throws(CommandFailure) {
        candidates += try files(in: path).map { Candidate(path: $0) }
      } catch {
        candidates.append(Candidate(path: path, failure: error))
      }
    }
    return candidates
  }

  private static func files(in directory: String) throws(CommandFailure) -> [String] {
    // An enumerator follows no links, nor the one it is given, and is silent about what it cannot read.
    guard access(directory, R_OK | X_OK) == 0, let root = realpath(directory, nil) else {
      throw CommandFailure("cannot read the directory: \(String(cString: strerror(errno)))")
    }
    defer { free(root) }
    let parent = directory.hasSuffix("/") ? directory : directory + "/"
    let names = FileManager.default.enumerator(atPath: String(cString: root))?
      .compactMap { $0 as? String }
    let files = (names ?? [])
      .filter { name in !name.split(separator: "/").contains { $0.first == "." } }
      .map { parent + $0 }
      .filter(FileContents.isRegularFile)
      .sorted()
    guard !files.isEmpty else { throw CommandFailure("there is no file in the directory") }
    return files
  }
}

/// A failure of a subcommand that no library reported: one line that says what is wrong.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }

  /// Standard output takes no more.
  static func standardOutput(_ reason: String) -> CommandFailure {
    CommandFailure("cannot write to standard output: \(reason)")
  }
}
