import Classification
import Dataset
import Foundation
import ModelStore
import Pipeline

/// Holds the forms of a version against each other, on pictures that follow from a seed.
struct FormAgreement {
  /// What every form answers to: noise, and smooth pictures of every brightness.
  static let pictures: [ImageTensor] = {
    var generator = SeededGenerator(seed: 20_261_124)
    return (0..<32).map { number in
      let contrast = Float(number) / 31
      let (row, column) = (generator.unit() * 0.4, generator.unit() * 0.4)
      return ImageTensor(
        pixels: (0..<ImageTensor.elementCount).map { index in
          let (y, x) = index.quotientAndRemainder(dividingBy: ImageTensor.width)
          let wave = Float((1 + sin(Double(y) * row + Double(x) * column)) / 2)
          let noise = Float(generator.unit())
          return number.isMultiple(of: 2) ? wave * contrast : noise * contrast
        })
    }
  }()

  private let logits: [(engine: EngineKind, values: [Logits])]

  /// Runs every form of a version.
  ///
  /// - Throws: ``ModelImportError/engine(_:reason:)`` when one cannot be run.
  init(of version: ModelVersion) throws(ModelImportError) {
    var logits: [(engine: EngineKind, values: [Logits])] = []
    for kind in ModelLoader.supportedEngines where version.has(ModelForm(engine: kind)) {
      do throws(InferenceError) {
        let engine = try ModelLoader().engine(kind, of: version)
        logits.append((kind, try engine.logits(for: Self.pictures)))
      } catch {
        throw .engine(kind, reason: error.reason)
      }
    }
    self.logits = logits
  }

  /// Checks that the forms, and the graph they were made of, answer the same.
  ///
  /// The int8 form rounds its weights, so only its answers' being numbers is asked of it.
  ///
  /// - Throws: ``ModelImportError``.
  func check(against original: OriginalGraph?) throws(ModelImportError) {
    for (engine, values) in logits {
      guard values.allSatisfy({ $0.values.allSatisfy(\.isFinite) }) else {
        throw .engine(engine, reason: "its answers are not finite numbers")
      }
    }
    let exact = logits.filter { $0.engine != .quantized }
    guard let first = exact.first else { return }
    let others = exact.dropFirst() + (original.map { [(engine: .onnx, values: $0.logits)] } ?? [])
    for other in others {
      if let (difference, tolerance) = Self.excess(of: other.values, over: first.values) {
        throw .disagreement(
          first.engine, other.engine, difference: difference, tolerance: tolerance)
      }
    }
  }

  /// How far two sets of answers lie apart, and how far they may; `nil` when they agree.
  static func excess(
    of answers: [Logits], over others: [Logits]
  ) -> (difference: Float, tolerance: Float)? {
    let pairs = zip(answers, others).flatMap { zip($0.values, $1.values) }
    let largest = pairs.map { max(abs($0), abs($1)) }.max() ?? 0
    let tolerance = ModelImport.tolerance * max(1, largest)
    let difference = pairs.map { abs($0 - $1) }.max() ?? 0
    return difference <= tolerance ? nil : (difference, tolerance)
  }
}
