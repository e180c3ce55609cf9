import Classification
import Dataset
import Foundation
import ModelStore
import Networks
import Testing

@testable import Monitoring

@Suite struct DriftTests {
  @Test func agreesWithThePublishedFormula() throws {
    // 400 pictures against 1,000: shares (0.5, 0.25, 0.25) and (0.25, 0.25, 0.5), less what half a
    // picture changes: 0.25 ln 2 twice.
    let index = PopulationStabilityIndex(
      counts: [200_000, 100_000, 100_000], reference: [250_000, 250_000, 500_000])
    let value = try #require(index.value)
    #expect(abs(value - 0.5 * log(2)) < 1e-4)
    #expect(index.state == .major)
  }

  @Test(arguments: [
    ([299, 0], PopulationStabilityIndex.State.insufficient), ([150, 150], .stable),
    ([200, 100], .moderate), ([290, 10], .major), ([300, 0], .major),
  ])
  func warns(counts: [Int], state: PopulationStabilityIndex.State) {
    #expect(PopulationStabilityIndex(counts: counts, reference: [2_500, 2_500]).state == state)
  }

  /// With as many pictures as are asked for, chance alone hardly ever warns; with a third it would.
  @Test func seldomWarnsWithoutDrift() {
    var generator = SeededGenerator(seed: 3)
    let reference = [Int](repeating: 500, count: 10)
    var warnings = 0
    for _ in 0..<2_000 {
      var counts = [Int](repeating: 0, count: 10)
      for _ in 0..<PopulationStabilityIndex.minimumCount {
        counts[Int.random(in: 0..<10, using: &generator)] += 1
      }
      let state = PopulationStabilityIndex(counts: counts, reference: reference).state
      if state != .stable { warnings += 1 }
    }
    #expect(warnings <= 6)
  }

  private static func manifest(
    confusion: [[Int]]?, bins: [Int]?, split: String = "validation"
  ) throws -> Manifest {
    let labels = LabelSet(["Bag", "Coat"])
    return Manifest(
      architecture: .fashionCNN, labels: labels, created: Date(timeIntervalSince1970: 0),
      metrics: [
        split: .init(
          samples: 1_000, accuracy: 0.9, loss: 0.1, ece: 0.01, confusion: confusion,
          reliability: bins?.map { ReliabilityBin(count: $0, confidence: 0.5, accuracy: 0.5) })
      ])
  }

  private static let confusion = [[450, 50], [100, 400]]
  private static let bins = [0, 0, 0, 0, 0, 0, 0, 5, 5, 5, 5, 10, 20, 150, 800]

  @Test func readsWhatTheManifestSaysOfTheValidationSplit() throws {
    let reference = try #require(
      ReferenceDistribution(try Self.manifest(confusion: Self.confusion, bins: Self.bins)))
    #expect(reference.classes == ["Bag": 550, "Coat": 450])
    #expect(reference.classStability(of: ["Bag": 550, "Coat": 450]).state == .stable)
    #expect(reference.classStability(of: ["Bag": 1_000]).state == .major)
    // A class the version does not know.
    #expect(reference.classStability(of: ["Bag": 300, "Coat": 250, "Hat": 150]).state == .major)
    #expect(reference.confidenceStability(of: Self.bins)?.value == 0)
    var unsure = [Int](repeating: 0, count: 15)
    unsure[5] = 300
    #expect(reference.confidenceStability(of: unsure)?.state == .major)
    // Where it has next to nothing, the neighbours count together.
    var moved = Self.bins
    (moved[6], moved[7]) = (5, 0)
    #expect(reference.confidenceStability(of: moved)?.value == 0)
  }

  @Test func saysNothingWithoutAReference() throws {
    #expect(ReferenceDistribution(try Self.manifest(confusion: nil, bins: Self.bins)) == nil)
    #expect(
      ReferenceDistribution(
        try Self.manifest(confusion: Self.confusion, bins: nil, split: "test")) == nil)
    let coarse = ReferenceDistribution(
      try Self.manifest(confusion: Self.confusion, bins: [500, 500]))
    #expect(coarse?.confidences == nil)
    #expect(coarse?.confidenceStability(of: Self.bins) == nil)
  }

  @Test func shippedVersionsHaveAReference() throws {
    let store = ModelStore(
      directory: URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../models").standardizedFileURL)
    let versions = try store.versions()
    #expect(!versions.isEmpty)
    for version in versions {
      let reference = try #require(ReferenceDistribution(version.manifest), "\(version.name)")
      #expect(reference.samples == 5_000)
      #expect(reference.classes.values.reduce(0, +) == 5_000)
      #expect(reference.confidences?.reduce(0, +) == 5_000)
    }
  }
}
