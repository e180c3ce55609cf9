import Classification
import Dataset
import Foundation
import Imaging
import Records

/// Pictures of three kinds that are easy to tell apart.
enum Patterns {
  static let names = ["dots", "lines", "noise"]

  static func pixels(_ number: Int) -> [UInt8] {
    var generator = SeededGenerator(seed: UInt64(number))
    let (shift, level) = (generator.integer(below: 4), 160 + generator.integer(below: 90))
    return (0..<784).map { index in
      // No two are equal.
      if index < 2 { return UInt8(truncatingIfNeeded: number >> (8 * index)) }
      let (x, y) = (index % 28, index / 28)
      switch number % 3 {
      case 0: return (x + shift) % 4 == 0 && (y + shift) % 4 == 0 ? UInt8(level) : 0
      case 1: return (y + shift) % 4 < 2 ? UInt8(level) : 0
      default: return UInt8(generator.integer(below: 256))
      }
    }
  }

  static func png(_ number: Int) -> [UInt8] { ImageTensor(bytes: pixels(number)).pngData() }

  /// A compressed tar archive of folders that are named by class.
  static func archive(count: Int) throws -> [UInt8] {
    let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in names {
      try FileManager.default.createDirectory(
        at: folder.appending(path: "set/\(name)"), withIntermediateDirectories: true)
    }
    for number in 0..<count {
      try Data(png(number)).write(
        to: folder.appending(path: "set/\(names[number % 3])/\(number).png"))
    }
    let tar = Process()
    tar.executableURL = URL(filePath: "/bin/tar")
    tar.arguments = ["-C", folder.path, "-czf", folder.appending(path: "set.tgz").path, "set"]
    try tar.run()
    tar.waitUntilExit()
    return [UInt8](try Data(contentsOf: folder.appending(path: "set.tgz")))
  }

  /// Stores predictions that were labelled.
  static func store(
    count: Int, labels: [String], in store: any PredictionStore
  ) async throws {
    for number in 0..<count {
      let record = PredictionRecord(
        id: RecordID.make(), createdAt: Date(), requestID: "r", filename: "\(number).png",
        modelUsed: "ONNX", modelVersion: "v", predictedClass: labels[0], confidence: 1,
        inferenceTimeMilliseconds: 1, topK: [], isUncertain: false, preprocess: "auto",
        clientKeyID: "k", imageSHA256: "", trueLabel: labels[number % labels.count])
      let kind = labels.count == 2 ? number / 2 * 3 + number % 2 : number
      try await store.insert(record, picture: pixels(kind + labels.count * 10_000))
    }
  }
}
