import Classification
import Dataset
import Testing

@testable import Training

@Suite struct McNemarTests {
  /// Two-sided: what `scipy.stats.binomtest` says. One-sided: binomial coefficients, added up.
  @Test(arguments: [
    // Only the first right, only the second right, two-sided, second worse.
    (0, 0, 1.0, 1.0), (5, 0, 0.0625, 0.03125), (4, 0, 0.125, 0.0625),
    (1, 7, 0.0703125, 0.99609375), (12, 12, 1.0, 0.5805901288986206),
    (18, 6, 0.022655844688415527, 0.011327922344207764),
  ])
  func fewPicturesAreAddedUpExactly(
    first: Int, second: Int, twoSided: Double, worse: Double
  ) {
    let test = McNemarTest(onlyFirst: first, onlySecond: second)
    #expect(test.method == .exact)
    #expect(abs(test.pValue - twoSided) < 1e-12)
    #expect(abs(test.pValueOfSecondWorse - worse) < 1e-12)
  }

  /// Edwards' statistic (|b - c| - 1)^2 / (b + c), and what `scipy.stats.chi2.sf` says of it.
  @Test(arguments: [
    (40, 20, 6.016666666666667, 0.014171388254012323),
    (20, 40, 6.016666666666667, 0.014171388254012323),
    (13, 12, 0.0, 1.0), (121, 59, 20.67222222222222, 5.450094825427123e-06),
  ])
  func manyPicturesAreTakenForChiSquare(
    first: Int, second: Int, statistic: Double, twoSided: Double
  ) {
    let test = McNemarTest(onlyFirst: first, onlySecond: second)
    #expect(test.method == .chiSquare)
    #expect(abs(test.statistic - statistic) < 1e-12)
    #expect(abs(test.pValue - twoSided) < 1e-8)
    #expect(
      abs(test.pValueOfSecondWorse - (first > second ? twoSided / 2 : 1 - twoSided / 2)) < 1e-8)
  }

  @Test func onlyPicturesThatTellModelsApartCount() {
    let test = McNemarTest(
      first: [true, true, false, false, true], second: [true, false, true, false, false])
    #expect(test.onlyFirst == 2)
    #expect(test.onlySecond == 1)
  }

  @Test(arguments: [
    (20, 5, 0, PromotionVerdict.Decision.worse), (20, 4, 0, .notWorse), (20, 0, 9, .notWorse),
    (4, 4, 0, .tooFewPictures),
  ])
  func aVersionIsRefusedOnlyWhenItIsWorse(
    pictures: Int, lost: Int, won: Int, decision: PromotionVerdict.Decision
  ) {
    let comparison = comparison(pictures: pictures, lost: lost, won: won)
    let verdict = PromotionVerdict(served: "v1", comparisons: [comparison])
    #expect(verdict.decision == decision)
    #expect(verdict.allowsPromotion == (decision == .notWorse))
  }

  @Test func oneSetOfPicturesIsEnoughToRefuse() {
    let verdict = PromotionVerdict(
      served: "v1",
      comparisons: [
        comparison(pictures: 20, lost: 0, won: 5), comparison(pictures: 50, lost: 9, won: 0),
      ])
    #expect(verdict.decision == .worse)
  }

  @Test func whatCannotBeComparedIsPromotedByHand() {
    #expect(!PromotionVerdict.otherClasses(served: "v1").allowsPromotion)
    #expect(PromotionVerdict.otherClasses(served: "v1").explanation.contains("by hand"))
    #expect(PromotionVerdict.nothingServed.allowsPromotion)
  }

  /// Both versions get all other pictures right.
  private func comparison(pictures: Int, lost: Int, won: Int) -> PromotionVerdict.Comparison {
    let (right, wrong) = (Logits([1, 0]), Logits([0, 1]))
    return PromotionVerdict.Comparison(
      name: "held-out",
      images: LabelledImages(
        pixels: Array(repeating: 0, count: pictures * 784),
        labels: Array(repeating: 0, count: pictures)),
      served: (0..<pictures).map { (lost..<lost + won).contains($0) ? wrong : right },
      new: (0..<pictures).map { $0 < lost ? wrong : right })
  }
}
