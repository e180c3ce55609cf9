import Classification
import Synchronization

/// An engine that finds the class whose number is the brightness of the first pixel, in twenty-fifths,
/// and on demand waits or fails.
final class BrightnessEngine: InferenceEngine {
  let kind: EngineKind
  let classCount = 10

  private let gate: Gate?
  private let failingLevel: Float?
  private let sizes = Mutex<[Int]>([])

  /// Creates an engine.
  ///
  /// - Parameters:
  ///   - gate: Where each run waits.
  ///   - failingLevel: The level of a first pixel with which a run fails.
  init(_ kind: EngineKind, gate: Gate? = nil, failingLevel: Float? = nil) {
    self.kind = kind
    self.gate = gate
    self.failingLevel = failingLevel
  }

  /// The sizes of the batches so far.
  var batchSizes: [Int] { sizes.withLock { $0 } }

  func run(_ pixels: Span<Float>, into logits: inout MutableSpan<Float>) throws(InferenceError) {
    let count = try batchCount(pixels: pixels.count, logits: logits.count)
    sizes.withLock { $0.append(count) }
    gate?.pass()
    for picture in 0..<count {
      let level = pixels[picture * ImageTensor.elementCount]
      if level == failingLevel { throw .runtimeFailure(engine: kind, reason: "as the test wants") }
      for name in 0..<classCount {
        logits[picture * classCount + name] = name == Int(level * 255 / 25) ? 4 : 0
      }
    }
  }
}
