extension Manifest {
  /// What runs of one recipe achieved, each with a seed of its own, by seed.
  ///
  /// - Parameter runs: The versions that the runs made, by name.
  /// - Throws: ``SeedError`` when a version does not say what it was made with or how good it is, or when
  ///   more than the seeds differ.
  public static func seeds(of runs: [String: Manifest]) throws(SeedError) -> [Seed] {
    var settings: JSONValue?
    var seeds: [Seed] = []
    for (name, manifest) in runs.sorted(by: { $0.key < $1.key }) {
      guard case .object(let training) = manifest.training,
        case .object(var own) = training["settings"],
        case .integer(let seed) = own.removeValue(forKey: "seed"), seed >= 0
      else { throw .seedMissing(version: name) }
      guard let validation = manifest.metrics["validation"], let test = manifest.metrics["test"]
      else { throw .qualityMissing(version: name) }
      guard settings ?? .object(own) == .object(own) else { throw .otherRecipe(version: name) }
      settings = .object(own)
      guard !seeds.contains(where: { $0.seed == seed }) else {
        throw .sameSeed(version: name, seed: seed)
      }
      seeds.append(
        Seed(
          seed: UInt64(seed), validationAccuracy: validation.accuracy, testAccuracy: test.accuracy))
    }
    return seeds.sorted { $0.seed < $1.seed }
  }
}

/// Why versions are not runs of one recipe with different seeds.
public enum SeedError: Error, Sendable, Hashable {
  /// The version does not say which seed it was made with.
  case seedMissing(version: String)
  /// The version was not scored on the validation and the test split.
  case qualityMissing(version: String)
  /// The version was made with other settings than those before it.
  case otherRecipe(version: String)
  /// Two versions were made with the same seed.
  case sameSeed(version: String, seed: Int)
}

extension SeedError: CustomStringConvertible {
  /// What is wrong with which version.
  public var description: String {
    switch self {
    case .seedMissing(let version):
      "\(version) does not say which seed it was trained with; import weights with --recipe"
    case .qualityMissing(let version):
      "\(version) was not scored on the validation and test splits; atelier calibrate does that"
    case .otherRecipe(let version):
      "\(version) was trained with other settings, not just with another seed"
    case .sameSeed(let version, let seed):
      "\(version) has the seed \(seed), as another of the versions has"
    }
  }
}
