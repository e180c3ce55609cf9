import Foundation

/// Pictures on disk.
enum PictureFile {
  /// Files larger than this are not read: no picture the decoders accept needs more.
  static let maximumBytes = 256 << 20

  /// The bytes of a file, or of standard input when `path` is `-`.
  static func read(_ path: String) throws(CommandFailure) -> [UInt8] {
    do {
      let handle =
        path == "-"
        ? FileHandle.standardInput : try FileHandle(forReadingFrom: URL(filePath: path))
      let data = try handle.read(upToCount: maximumBytes + 1) ?? Data()
      guard data.count <= maximumBytes else {
        throw CommandFailure("\(path) is larger than \(maximumBytes >> 20) MiB")
      }
      return [UInt8](data)
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure("cannot read \(path)")
    }
  }

  /// The files that `paths` name: each file itself, and every file below each directory, in the order
  /// of their names.
  static func expand(_ paths: [String]) throws(CommandFailure) -> [String] {
    var files: [String] = []
    for path in paths {
      var isDirectory: ObjCBool = false
      guard path == "-" || FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
      else { throw CommandFailure("there is no file or directory \(path)") }
      guard isDirectory.boolValue else {
        files.append(path)
        continue
      }
      let root = URL(filePath: path, directoryHint: .isDirectory)
      let content = FileManager.default.enumerator(
        at: root, includingPropertiesForKeys: [.isRegularFileKey], options: .skipsHiddenFiles)
      let found = (content?.compactMap { $0 as? URL } ?? []).filter {
        (try? $0.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true
      }
      files += found.map(\.path).sorted()
    }
    return files
  }
}

/// A failure of a subcommand that no library reported: one line that says what is wrong.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
