import Foundation
import SystemPackage

/// Disks of a few kilobytes, of which processes see one in the place of a folder.
enum SmallDisk {
  /// Whether a process may have a disk of its own.
  static let canMount: Bool = {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/unshare")
    process.arguments = ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  /// The file that takes the room of a disk.
  static func filling(of folder: URL) -> URL { folder.appending(path: ".filling") }

  /// A program that does what `atelier` does, but with a small disk in the place of a folder.
  ///
  /// - Parameters:
  ///   - size: The size of the disk, as `mount` takes it.
  ///   - filled: How much of it a file takes, as `head` takes it.
  ///   - home: Where to write the program.
  static func program(
    serving folder: URL, size: String, filled: String = "0", in home: URL
  ) throws -> FilePath {
    let script = home.appending(path: "serve")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(
      """
      #!/bin/sh
      exec unshare -rm sh -c 'mount -t tmpfs -o size=\(size) tmpfs "$0" \
        && head -c \(filled) /dev/zero > "$1" && shift && exec "$@"' \
        \(folder.path) \(filling(of: folder).path) \(Program.path) "$@"
      """.utf8
    ).write(to: script)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
    return FilePath(script.path)
  }
}
