import Classification
import Dataset
import Imaging
import Outliers
import Testing

@Suite struct OutliersTests {
  @Test(arguments: OutlierKind.allCases)
  func picturesFollowFromTheirSeedAndNumber(kind: OutlierKind) throws {
    let generator = try OutlierGenerator(seed: 1)
    let again = try OutlierGenerator(seed: 1)
    let other = try OutlierGenerator(seed: 2)
    var distinct: Set<[UInt8]> = []
    for number in 0..<20 {
      let file = generator.picture(kind, number: number)
      let isSame = file == again.picture(kind, number: number)
      #expect(isSame)
      let isOther = file != other.picture(kind, number: number)
      #expect(isOther)
      distinct.insert(file)
      _ = try Preprocessor().prepare(file)
    }
    #expect(distinct.count == 20)
  }

  @Test func lettersAreDrawnWhereTheyBelong() throws {
    let generator = try OutlierGenerator(seed: 4)
    for number in 0..<50 {
      let tensor = try Preprocessor().prepare(generator.picture(.digits, number: number)).tensor
      // A digit has ink and leaves paper; a square of it would be a missing glyph.
      let ink = tensor.pixels.count { $0 > 0.5 }
      #expect((40..<450).contains(ink), "picture \(number) has \(ink) bright pixels")
    }
  }

  @Test func theAreaCountsPairsInOrder() {
    #expect(AreaUnderROC.area(positives: [3, 4], negatives: [1, 2]) == 1)
    #expect(AreaUnderROC.area(positives: [1, 2], negatives: [3, 4]) == 0)
    #expect(AreaUnderROC.area(positives: [1, 1], negatives: [1]) == 0.5)
    // Of the six pairs, four are in order and one is a tie.
    #expect(AreaUnderROC.area(positives: [2, 3], negatives: [0, 2, 2.5]) == 4.5 / 6)
    #expect(AreaUnderROC.area(positives: [], negatives: [1]) == 0.5)
  }

  @Test func anEvaluationCountsWhatTheDetectorFinds() throws {
    let size = GarmentDetector.featureCount
    // The distance is then the squared length of the features: black is nearest.
    let identity = (0..<size * size).map { Float($0 % (size + 1) == 0 ? 1 : 0) }
    let origin = [Float](repeating: 0, count: size)
    let images = try FashionMNIST.test().selecting(0..<100)
    let detector = try #require(
      GarmentDetector(whitening: identity, prototypes: origin, threshold: -1))
    let evaluation = try OutlierEvaluation(
      detector, garments: images, samplesPerKind: 5, seed: 1)
    #expect(evaluation.garments == 100)
    #expect(evaluation.falseAlarms == 1)
    #expect(evaluation.kinds.map(\.kind) == OutlierKind.allCases)
    #expect(evaluation.kinds.allSatisfy { $0.found == 1 && $0.samples == 5 })
    let mean = evaluation.kinds.reduce(0) { $0 + $1.areaUnderROC } / 5
    #expect(abs(evaluation.areaUnderROC - mean) < 1e-9)
  }
}
