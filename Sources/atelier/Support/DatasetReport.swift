import Classification
import Dataset

/// What `atelier dataset inspect` prints.
struct DatasetReport: Encodable {
  let training: DatasetSummary
  let test: DatasetSummary
  /// Test pictures that also occur in the training set.
  let overlap: Int

  private enum CodingKeys: String, CodingKey {
    case training, test
    case overlap = "test_pictures_in_training"
  }

  /// The report for people.
  var table: String {
    var table = TextTable(header: ["class", "training", "test"])
    for (index, name) in LabelSet.fashionMNIST.names.enumerated() {
      table.append([name, String(training.classCounts[index]), String(test.classCounts[index])])
    }
    table.append(["all", String(training.count), String(test.count)])
    table.append(["duplicates", String(training.duplicates), String(test.duplicates)])
    table.append(["contradictions", String(training.contradictions), String(test.contradictions)])
    return table.description + "\n\(overlap) test pictures also occur in the training set\n"
      + "sha256 of the training set: \(training.sha256)"
  }
}
