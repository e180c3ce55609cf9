extension Manifest {
  /// Accuracy on photographs that were made of test pictures.
  public struct Robustness: Sendable, Hashable, Codable {
    /// Test pictures that photographs were made of, one of each kind.
    public var samples: Int
    /// The seed of everything random about the photographs.
    public var seed: UInt64
    /// Accuracy on the same pictures as they are in the data set, from 0 to 1.
    public var cleanAccuracy: Double
    /// The kinds of photographs.
    public var rows: [Row]

    /// Creates a description of an evaluation on photographs.
    public init(samples: Int, seed: UInt64, cleanAccuracy: Double, rows: [Row]) {
      self.samples = samples
      self.seed = seed
      self.cleanAccuracy = cleanAccuracy
      self.rows = rows
    }

    /// The kinds that stand on light grounds.
    public var lightGrounds: [Row] { rows.filter(\.isOnLightGround) }

    /// The kind with the least accuracy by `photo`, the first of equals; `nil` when there is none.
    public var worst: Row? { rows.min { $0.photoAccuracy < $1.photoAccuracy } }

    /// The accuracy that an accuracy by `photo` falls short of ``cleanAccuracy``, from -1 to 1.
    public func loss(of accuracy: Double) -> Double { cleanAccuracy - accuracy }

    /// Accuracy on one kind of photograph.
    public struct Row: Sendable, Hashable, Codable {
      /// What sets the photographs apart, such as `light-ground`.
      public var corruption: String
      /// Whether all of them show the garment on a light ground.
      public var isOnLightGround: Bool
      /// Accuracy with the preprocessing `photo`, from 0 to 1.
      public var photoAccuracy: Double
      /// Accuracy with the preprocessing `classic`, from 0 to 1.
      public var classicAccuracy: Double

      /// Creates a row.
      public init(
        corruption: String, isOnLightGround: Bool, photoAccuracy: Double, classicAccuracy: Double
      ) {
        self.corruption = corruption
        self.isOnLightGround = isOnLightGround
        self.photoAccuracy = photoAccuracy
        self.classicAccuracy = classicAccuracy
      }
    }
  }

  /// How well the garment detector tells one set of other pictures from the test pictures.
  public struct Outliers: Sendable, Hashable, Codable {
    /// What the pictures show, such as `noise`.
    public var name: String
    /// How many there are.
    public var samples: Int
    /// Area under the receiver operating characteristic of the detector's distance, from 0 to 1: how
    /// often one of these pictures lies farther from the garments than a test picture does.
    public var areaUnderROC: Double
    /// Share of these pictures that the detector takes for no garments, from 0 to 1.
    public var flagged: Double

    /// Creates a row.
    public init(name: String, samples: Int, areaUnderROC: Double, flagged: Double) {
      self.name = name
      self.samples = samples
      self.areaUnderROC = areaUnderROC
      self.flagged = flagged
    }
  }

  /// What a run with the version's settings achieved.
  public struct Seed: Sendable, Hashable, Codable {
    /// The run's seed.
    public var seed: UInt64
    /// Accuracy on the validation split, from 0 to 1.
    public var validationAccuracy: Double
    /// Accuracy on the test split, from 0 to 1.
    public var testAccuracy: Double

    /// Creates a row.
    public init(seed: UInt64, validationAccuracy: Double, testAccuracy: Double) {
      self.seed = seed
      self.validationAccuracy = validationAccuracy
      self.testAccuracy = testAccuracy
    }
  }
}
