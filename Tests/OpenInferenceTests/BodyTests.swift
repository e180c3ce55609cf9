import Classification
import Foundation
import Testing

@testable import OpenInference

@Suite struct BodyTests {
  @Test func readsNestedAndFlatData() throws {
    let texts = [
      #"[0.5, 1, 0, 0.25]"#, #"[[0.5, 1], [0, 0.25]]"#, #"[[[0.5], [1]], [[0], [0.25]]]"#,
    ]
    for text in texts {
      let json = #"{"inputs":[{"name":"a","datatype":"FP32","shape":[2,2],"data":\#(text)}]}"#
      let body = try InferRequest.parse(Data(json.utf8), headerLength: nil)
      #expect(body.request.inputs.map(\.contents) == [.floats([0.5, 1, 0, 0.25])])
      #expect(!body.binaryOutputs.contains("class"))
    }
  }

  @Test func readsRawDataBehindTheJSON() throws {
    let json = """
      {"id": "7", "inputs": [
        {"name": "a", "datatype": "BYTES", "shape": [2], "parameters": {"binary_data_size": 11}},
        {"name": "b", "datatype": "FP32", "shape": [1], "parameters": {"binary_data_size": 4}},
        {"name": "c", "datatype": "BYTES", "shape": [1], "data": ["AQI="]}],
       "outputs": [{"name": "class", "parameters": {"binary_data": false}}],
       "parameters": {"binary_data_output": true, "engine": "onnx"}}
      """
    let raw = Data([2, 0, 0, 0, 8, 9, 1, 0, 0, 0, 7] + [0, 0, 0x80, 0x3F])
    let body = try InferRequest.parse(Data(json.utf8) + raw, headerLength: json.utf8.count)
    #expect(
      body.request.inputs.map(\.contents) == [
        .strings([[8, 9], [7]]), .floats([1]), .strings([[1, 2]]),
      ])
    #expect(body.request.id == "7")
    #expect(body.request.parameters["engine"] == .string("onnx"))
    #expect(!body.binaryOutputs.contains("class"))
    #expect(body.binaryOutputs.contains("garment"))
  }

  @Test(
    arguments: [
      ("", nil), ("[]", nil), (#"{"inputs": 1}"#, nil), (#"{"inputs": [{}]}"#, nil),
      (#"{"inputs":[{"name":"a","datatype":"FP32","shape":[1]}]}"#, nil),
      (#"{"inputs":[{"name":"a","datatype":"INT64","shape":[1],"data":[1]}]}"#, nil),
      (#"{"inputs":[{"name":"a","datatype":"FP32","shape":[1],"data":["x"]}]}"#, nil),
      (#"{"inputs":[{"name":"a","datatype":"FP32","shape":[2],"data":[1,"x"]}]}"#, nil),
      (#"{"inputs":[{"name":"a","datatype":"UINT8","shape":[1],"data":[256]}]}"#, nil),
      (#"{"inputs":[{"name":"a","datatype":"BYTES","shape":[1],"data":["&"]}]}"#, nil),
      (#"{"inputs":[{"name":"a","datatype":"FP32","shape":[3],"data":[1,2]}]}"#, nil),
      (
        #"{"inputs":[{"name":"a","datatype":"FP32","shape":[1],"data":[[[[[[[[[[1]]]]]]]]]]}]}"#,
        nil
      ),
      (
        #"{"inputs":[{"name":"a","datatype":"FP32","shape":[1],"parameters":{"binary_data_size":4}}]}"#,
        nil
      ), (#"{"inputs":[]}"#, 99), (#"{"inputs":[]}"#, -1), (#"{"inputs":[]} and more"#, 13),
    ] as [(String, Int?)])
  func saysWhatIsWrongWithABody(text: String, headerLength: Int?) {
    let error = #expect(throws: OpenInferenceError.self) {
      try InferRequest.parse(Data(text.utf8), headerLength: headerLength)
    }
    #expect(error?.kind == .invalidArgument)
  }

  @Test(arguments: ["[]", "null"])
  func saysThatABodyIsNoObject(text: String) {
    let error = #expect(throws: OpenInferenceError.self) {
      try InferRequest.parse(Data(text.utf8), headerLength: nil)
    }
    #expect(error?.message.hasSuffix("it is not an object") == true)
  }

  @Test(arguments: [[1, 0], [9, 0, 0, 0, 1]] as [[UInt8]])
  func refusesRawStringsThatAreCutShort(raw: [UInt8]) {
    #expect(throws: OpenInferenceError.self) {
      try TensorContents(raw: raw, as: .bytes, ofTensor: "a")
    }
  }

  @Test(
    arguments: [
      .bools([true, false]), .bytes([0, 255]), .floats([1.5, -2]), .strings([[], [1, 2, 3]]),
    ] as [TensorContents])
  func rawDataReadsBack(contents: TensorContents) throws {
    #expect(
      try TensorContents(raw: contents.raw, as: contents.datatype, ofTensor: "a") == contents)
  }

  @Test func writesClassesAsValueIndexAndLabel() throws {
    let labels = LabelSet(["Bag", "Coat", "Shirt"])
    let prediction = try Prediction(logits: Logits([0, 2, 1]), labels: labels)
    let outputs = try PictureOutput.tensors(
      [
        .init(name: "probabilities", parameters: ["classification": .integer(2)]),
        .init(name: "probabilities"), .init(name: "class"),
      ], of: [PictureAnswer(prediction: prediction, id: "x")], labels: labels)
    guard case .strings(let texts) = outputs[0].contents else {
      Issue.record("not texts")
      return
    }
    #expect(outputs[0].shape == [1, 2])
    let parts = String(decoding: texts[0], as: UTF8.self).split(separator: ":")
    #expect(parts.dropFirst() == ["1", "Coat"])
    guard case .floats(let probabilities) = outputs[1].contents else {
      Issue.record("not numbers")
      return
    }
    #expect(Float(String(parts[0])) == probabilities[1])
    #expect(outputs[1].shape == [1, 3])
    let response = InferResponse(modelName: "m", modelVersion: "v", id: "", outputs: outputs)
    let (body, headerLength) = response.body(
      binary: .init(byDefault: false, named: ["class": true]))
    let length = try #require(headerLength)
    #expect(Array(body.dropFirst(length)) == [4, 0, 0, 0] + Array("Coat".utf8))
  }

  @Test(
    arguments: [
      ("logits", [:]), ("class", ["classification": .integer(1)]),
      ("probabilities", ["classification": .string("x")]),
    ] as [(String, [String: ParameterValue])])
  func refusesOutputsThereAreNot(name: String, parameters: [String: ParameterValue]) {
    #expect(throws: OpenInferenceError.self) {
      try PictureOutput.check([.init(name: name, parameters: parameters)])
    }
  }

  /// Else an answer could be many times as large as its request.
  @Test func refusesMoreOutputsThanThereAre() throws {
    let output = InferRequest.Output(name: "class")
    try PictureOutput.check(Array(repeating: output, count: 12))
    #expect(throws: OpenInferenceError.self) {
      try PictureOutput.check(Array(repeating: output, count: 13))
    }
  }

  /// Over gRPC a message is a header field, of which clients take no more than some kilobytes.
  @Test func messagesAreShortHoweverLongTheNamesAre() {
    let name = String(repeating: "衣", count: 10_000)
    let error = #expect(throws: OpenInferenceError.self) {
      try PictureOutput.check([.init(name: name)])
    }
    #expect(error?.message.hasSuffix("uncertain, garment, prediction_id") == true)
    #expect(OpenInferenceError(.notFound, name).message.utf8.count < 2_000)
  }
}
