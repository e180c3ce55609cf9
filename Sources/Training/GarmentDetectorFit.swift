public import Classification
import Dataset

/// Fits garment detectors to pictures of garments.
public enum GarmentDetectorFit {
  /// Prototypes of each class.
  static let prototypesPerClass = 8
  /// Rounds of k-means; the assignments hardly change after these.
  private static let rounds = 15
  /// Added to every variance, so that features that are nearly always the same, such as pixels in the
  /// corners, do not decide alone. Grey levels go from 0 to 1.
  private static let smallestVariance = 1e-4

  /// Fits a detector: prototypes by k-means within each class, one covariance for all.
  ///
  /// The same pictures give the same detector.
  ///
  /// - Parameters:
  ///   - images: Pictures of garments, as engines see them.
  ///   - labels: The number of each picture's class.
  ///   - heldOut: Other pictures of garments, by which the threshold is chosen.
  ///   - falseAlarms: The share of `heldOut` that lies beyond the threshold.
  ///   - seed: Of the first prototypes.
  /// - Returns: A detector; `nil` when there are too few pictures to fit one.
  public static func fit(
    _ images: [ImageTensor], labels: [UInt8], heldOut: [ImageTensor], falseAlarms: Double = 0.01,
    seed: UInt64 = 1
  ) -> GarmentDetector? {
    let size = GarmentDetector.featureCount
    let features = images.map(GarmentDetector.features)
    var generator = SeededGenerator(seed: seed)
    var centres: [[Float]] = []
    var covariance = [Double](repeating: 0, count: size * size)
    for label in Set(labels).sorted() {
      let members = features.indices.filter { labels[$0] == label }.map { features[$0] }
      let clusters = KMeans(
        members, count: min(prototypesPerClass, members.count), rounds: rounds,
        generator: &generator)
      for (member, cluster) in zip(members, clusters.assignments) {
        accumulate(member, minus: clusters.centres[cluster], into: &covariance)
      }
      centres += clusters.centres
    }
    for index in covariance.indices { covariance[index] /= Double(max(features.count, 1)) }
    for index in 0..<size { covariance[index * size + index] += smallestVariance }
    guard let factor = CholeskyFactor(of: covariance, size: size) else { return nil }
    let whitening = factor.inverse.map { Float($0) }
    let prototypes = centres.flatMap { factor.solve($0.map { Double($0) }).map { Float($0) } }
    guard
      let unlimited = GarmentDetector(
        whitening: whitening, prototypes: prototypes, threshold: .greatestFiniteMagnitude),
      !heldOut.isEmpty
    else { return nil }
    let distances = heldOut.map(unlimited.distance).sorted()
    let position = min(Int(Double(distances.count) * (1 - falseAlarms)), distances.count - 1)
    return GarmentDetector(
      whitening: whitening, prototypes: prototypes, threshold: distances[position])
  }

  /// Adds the outer product of a difference with itself; only the lower triangle is kept.
  private static func accumulate(
    _ features: [Float], minus centre: [Float], into covariance: inout [Double]
  ) {
    let differences = zip(features, centre).map { Double($0 - $1) }
    let size = differences.count
    covariance.withUnsafeMutableBufferPointer { covariance in
      differences.withUnsafeBufferPointer { differences in
        for row in 0..<size {
          let factor = differences[row]
          let start = row &* size
          for column in 0...row { covariance[start &+ column] += factor * differences[column] }
        }
      }
    }
  }
}
