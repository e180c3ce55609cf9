import Foundation
import Testing

/// Stored predictions with labels as a data set of the command line.
@Suite(.timeLimit(.minutes(15))) struct LabelsCommandTests {
  @Test func labelsAreInspectedAndTrainedOn() async throws {
    try await withTemporaryDirectory { directory in
      let home = ["ATELIER_HOME": directory.path]
      try await LabelledHome.fill(directory, count: 200)
      let inspected = try await Program.run(
        "dataset", "inspect", "--labels", "--json", environment: home)
      #expect(inspected.status == 0, "\(inspected.errors)")
      #expect(inspected.output.contains(#""kind" : "predictions""#))
      let trained = try await Program.run(
        "train", "--labels", "--mix", "none", "--epochs", "1", "--json", environment: home)
      #expect(trained.status == 0, "\(trained.errors)")
      let manifest = try #require(
        try JSONSerialization.jsonObject(with: Data(trained.output.utf8)) as? [String: Any])
      let dataset = try #require(manifest["dataset"] as? [String: Any])
      #expect(dataset["source"] as? String == "predictions")
      #expect(dataset["name"] as? String == "labelled predictions")
      #expect(trained.errors.contains("other classes"))
    }
  }

  @Test(arguments: [
    (["train", "--labels", "--dataset", "x"], 64, "--labels"),
    (["dataset", "inspect", "x", "--labels"], 64, "--labels"),
    (["train", "--labels"], 1, "database"),
  ])
  func misuseSaysWhy(arguments: [String], status: Int, mention: String) async throws {
    try await withTemporaryDirectory { directory in
      let outcome = try await Program.run(arguments, environment: ["ATELIER_HOME": directory.path])
      #expect(outcome.status == status)
      #expect(outcome.errors.contains(mention), "\(outcome.errors)")
    }
  }

  @Test func aDatabaseWithoutLabelsSaysSo() async throws {
    try await withTemporaryDirectory { directory in
      try await LabelledHome.fill(directory, count: 0)
      let outcome = try await Program.run(
        "train", "--labels", environment: ["ATELIER_HOME": directory.path])
      #expect(outcome.status == 1)
      #expect(outcome.errors.contains("label"), "\(outcome.errors)")
    }
  }
}
