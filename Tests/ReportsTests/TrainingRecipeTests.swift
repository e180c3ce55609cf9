import Classification
import Dataset
import Foundation
import ModelStore
import Networks
import Testing
import Training

@testable import Reports

@Suite struct TrainingRecipeTests {
  @Test(arguments: Architecture.allCases)
  func theRecipeItselfNeedsNoOptions(architecture: Architecture) throws {
    let recipe = try Self.recipe(TrainingSettings.recipe(for: architecture))
    #expect(recipe.options == ["--architecture \(architecture.rawValue)"])
    #expect(recipe.settingsWithoutOption.isEmpty)
  }

  @Test func everySettingHasATitle() throws {
    let recipe = try Self.recipe(TrainingSettings())
    #expect(!recipe.table.contains("`"))
    #expect(recipe.table.split(separator: "\n").count == 2 + TrainingRecipe.known.count)
  }

  @Test func whatDiffersFromTheRecipeBecomesOptions() throws {
    let recipe = try Self.recipe(
      TrainingSettings(
        architecture: .fashionResNet, epochs: 12, batchSize: 64, optimizer: .adamW,
        peakLearningRate: 1, weightDecay: 0.00001, labelSmoothing: 0, averageDecay: 0.5,
        precision: .float32, augmentation: Augmentation(flips: false, shift: 3, erasing: 0.4),
        seed: 9, threads: 1))
    #expect(
      recipe.options == [
        "--architecture fashion-resnet", "--epochs 12", "--batch-size 64", "--optimizer adamw",
        "--learning-rate 1", "--weight-decay 1e-05", "--label-smoothing 0", "--average-decay 0.5",
        "--precision float32", "--shift 3", "--erasing 0.4", "--seed 9", "--threads 1",
      ])
    #expect(recipe.settingsWithoutOption == ["augmentation.flips"])
  }

  @Test func settingsOfOtherProgramsAreShownAsTheyAre() throws {
    let manifest = Manifest(
      architecture: .fashionCNN, labels: .fashionMNIST, created: Date(),
      training: .object([
        "settings": .object([
          "epochs": .integer(40), "mixup": .object(["alpha": .number(0.2)]),
          "stages": .array([.integer(1), .boolean(false)]),
        ])
      ]))
    let recipe = try #require(TrainingRecipe(manifest))
    #expect(recipe.options == ["--architecture fashion-cnn"])
    #expect(recipe.settingsWithoutOption == ["mixup.alpha", "stages"])
    #expect(recipe.table.contains("| `mixup.alpha` | 0.2   |"))
    #expect(recipe.table.contains("| `stages`      | 1, no |"))
  }

  @Test func anotherProgramIsNamedAndItsCommandGiven() throws {
    let manifest = Manifest(
      architecture: .fashionLite, labels: .fashionMNIST, created: Date(),
      training: .object([
        "program": .string("Recipes/distillation/distill.py"), "device": .string("a GPU"),
        "settings": .object([
          "epochs": .integer(180), "seed": .integer(3),
          "distillation": .object(["teacherEpochs": .integer(99), "weight": .number(0.9)]),
        ]),
      ]))
    let recipe = try #require(TrainingRecipe(manifest))
    #expect(recipe.table.contains("| `Recipes/distillation/distill.py` |"))
    #expect(recipe.table.contains("| Weight of the teachers' answers in the loss | 0.9 "))
    let guide = ReproductionGuide(name: "v", manifest: manifest).markdown
    #expect(
      guide.contains(
        "--teacher-epochs 99 --student-epochs 180 --students fashion-lite:3 --output reproduced\n"))
    #expect(
      guide.contains(
        "atelier models import reproduced/fashion-lite-3.pth --recipe reproduced/fashion-lite-3.json"
      ))
    #expect(!guide.contains("bit for bit"))
  }

  @Test func whatAManifestSaysStaysWordsOfItsCommands() throws {
    var dataset = Manifest.Dataset(
      name: "mine", trainingCount: 1, validationCount: 1, sha256: "")
    dataset.source = "folders"
    dataset.mix = "none; mix"
    for program in [nil, JSONValue.string("train.py")] {
      var training: [String: JSONValue] = [
        "settings": .object(["epochs": .string("$(epochs)"), "seed": .string("1; seed")])
      ]
      training["program"] = program
      var manifest = Manifest(
        architecture: .fashionLite, labels: .fashionMNIST, created: Date(),
        training: .object(training))
      manifest.dataset = dataset
      let guide = ReproductionGuide(name: "v", manifest: manifest).markdown
      #expect(guide.contains("'$(epochs)'"))
      #expect(guide.contains("'1; seed'"))
      #expect(program != nil || guide.contains("--mix 'none; mix' --from"))
      let plain = guide.replacing("'$(epochs)'", with: "").replacing("'1; seed'", with: "")
      #expect(!plain.contains("$(epochs)"))
      #expect(!plain.contains("; seed"))
    }
  }

  @Test(arguments: [JSONValue.null, .string("x"), .object([:]), .object(["settings": .null])])
  func whatIsNoRecipeIsNone(training: JSONValue) {
    let manifest = Manifest(
      architecture: .fashionCNN, labels: .fashionMNIST, created: Date(), training: training)
    #expect(TrainingRecipe(manifest) == nil)
  }

  private static func recipe(_ settings: TrainingSettings) throws -> TrainingRecipe {
    try #require(TrainingRecipe(Versions.full(settings: settings)))
  }
}
