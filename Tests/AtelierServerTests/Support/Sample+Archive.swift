import Foundation
import OracleSupport

extension Sample {
  /// A ZIP archive, written by Python, of pictures of rising levels, with a broken one and a text.
  static func archive(
    pictures: Int, testFile: String = #filePath
  ) async throws -> [UInt8] {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    let source = folder.appending(path: "source/衣服", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(at: source, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for index in 0..<pictures {
      try Data(png(level: UInt8(index % 250)))
        .write(to: source.appending(path: "\(1_000 + index).png"))
    }
    try Data(png(level: 9).prefix(40)).write(to: source.appending(path: "broken.png"))
    try Data("no picture".utf8).write(to: source.appending(path: "readme.txt"))
    let file = folder.appending(path: "pictures.zip")
    try await Oracle.run(
      script: "zip.py", arguments: [folder.appending(path: "source").path, file.path],
      testFile: testFile)
    return [UInt8](try Data(contentsOf: file))
  }
}
