import Classification
import Dataset
import Foundation
import Records

/// A home directory whose database has labelled predictions.
enum LabelledHome {
  /// Stores pictures of two classes, mirrored, so that they are none of the standard set.
  static func fill(_ home: URL, count: Int) async throws {
    let images = try FashionMNIST().training
    let store = try SQLitePredictionStore(file: home.appending(path: "atelier.db"))
    let names = LabelSet.fashionMNIST.names
    var inserts: [PredictionInsert] = []
    for index in 0..<images.count where [5, 9].contains(images.labels[index]) {
      guard inserts.count < count else { break }
      let record = PredictionRecord(
        id: RecordID.make(), createdAt: Date(), requestID: "r", filename: "\(index).png",
        modelUsed: "ONNX", modelVersion: "v", predictedClass: "Bag", confidence: 1,
        inferenceTimeMilliseconds: 1, topK: [], isUncertain: false, preprocess: "auto",
        clientKeyID: "k", imageSHA256: "", trueLabel: names[Int(images.labels[index])])
      inserts.append(PredictionInsert(record, picture: images.tensor(at: index).mirrored.bytes))
    }
    for result in await store.insert(inserts) { try result.get() }
    try await store.close()
  }
}
