import Foundation
import OracleSupport
import Testing

/// Pictures that Python's Pillow wrote, and what it makes of them; made once for all tests.
struct Oracle: Sendable {
  /// A file that Pillow, or the script, wrote.
  struct Picture: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    var testDescription: String { name }
  }

  /// Pictures of every mode and size.
  let pictures: [Picture]
  /// Pillow's classic preprocessing of each of ``pictures``: 784 numbers a picture.
  let classic: [[Float]]
  /// One picture in all orientations and formats, all upright the same.
  let orientations: [Picture]
  /// Pictures of the test set on grounds of all sorts, named after their index and the kind.
  let garments: [Picture]
  /// White garments on transparent grounds.
  let cutouts: [Picture]
  /// The first picture of the test set in forms that need no preprocessing.
  let ready: [Picture]
  /// Files that deserve the error that their name begins with.
  let hostile: [Picture]
  /// A few bytes of each kind of file.
  let small: [Picture]

  static let shared = Result { try Oracle() }

  private init() throws {
    let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: directory) }
    let python = Process()
    python.executableURL = URL(fileURLWithPath: OracleSupport.Oracle.interpreter)
    python.arguments = [
      URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "Oracle/pictures.py").path,
      directory.path,
    ]
    try python.run()
    python.waitUntilExit()
    try #require(
      python.terminationStatus == 0, "scripts/setup --tests makes the Python environment")

    pictures = try Self.files(in: directory.appending(path: "classic"))
    orientations = try Self.files(in: directory.appending(path: "orientation"))
    garments = try Self.files(in: directory.appending(path: "garment"))
    cutouts = try Self.files(in: directory.appending(path: "cutout"))
    ready = try Self.files(in: directory.appending(path: "ready"))
    hostile = try Self.files(in: directory.appending(path: "hostile"))
    small = try Self.files(in: directory.appending(path: "small"))
    let values = try Data(contentsOf: directory.appending(path: "classic.f32"))
      .withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    classic = pictures.indices.map { Array(values[$0 * 784..<($0 + 1) * 784]) }
  }

  private static func files(in directory: URL) throws -> [Picture] {
    try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted().map { name in
      Picture(name: name, bytes: [UInt8](try Data(contentsOf: directory.appending(path: name))))
    }
  }
}
