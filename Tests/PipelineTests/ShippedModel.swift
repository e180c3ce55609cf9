import Classification
import Dataset
import Foundation
import ModelStore
import Pipeline

/// The version that comes with the program, and the test pictures.
enum ShippedModel {
  static let store = ModelStore(
    directory: URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../models").standardizedFileURL)
  static let version = Result { try store.current() }
  /// The version of the network that the Python of these tests has too.
  static let known = Result { try store.version(named: "fashion-cnn-20261126") }
  static let test = Result { try FashionMNIST.test() }

  /// The logits of all 10,000 test pictures by each engine; computed once.
  static let logits: Result<[EngineKind: [Logits]], any Error> = Result {
    let images = try test.get()
    let loader = ModelLoader(threads: 2)
    var answers: [EngineKind: [Logits]] = [:]
    for kind in ModelLoader.supportedEngines {
      let engine = try loader.engine(kind, of: try version.get())
      var logits: [Logits] = []
      // One by one for int8: the range of its inputs is that of the batch.
      for start in stride(from: 0, to: images.count, by: kind == .quantized ? 1 : 500) {
        let batch = start..<start + (kind == .quantized ? 1 : 500)
        logits += try engine.logits(for: batch.map { images.tensor(at: $0) })
      }
      answers[kind] = logits
    }
    return answers
  }
}

/// The largest distance of two logits of the same picture and class.
func difference(_ left: [Logits], _ right: [Logits]) -> Float {
  zip(left, right).map { zip($0.values, $1.values).map { abs($0 - $1) }.max() ?? 0 }.max() ?? 0
}
