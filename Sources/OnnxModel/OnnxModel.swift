public import Classification
import Files
import Foundation
public import Networks
import SwiftProtobuf

/// Networks as ONNX models, which any ONNX runtime can execute.
///
/// The model has one input, `pixels` (N x 1 x 28 x 28 grey levels from 0 to 1), and one output,
/// `logits` (N x classes), for any N. The class names are its metadata property `classes`, a JSON
/// array in logit order.
///
/// Source: ONNX, *Open Neural Network Exchange Intermediate Representation Specification* (version 8),
/// and *Operators* (operator set 13: the newest that no layer here needs is 13, and the older a set,
/// the more runtimes know it).
public enum OnnxModel {
  private static let operatorSetVersion: Int64 = 13
  private static let inputName = "pixels"
  private static let outputName = "logits"

  /// Writes a model to a file, which appears whole or not at all.
  ///
  /// - Throws: ``OnnxModelError`` when weights or labels do not fit the network, or the file cannot be
  ///   written.
  public static func write(
    network: Network, stateDict: StateDict, labels: LabelSet, to path: String
  ) throws(OnnxModelError) {
    let bytes = try encode(network: network, stateDict: stateDict, labels: labels)
    do {
      try FileContents.write(bytes, to: path)
    } catch {
      throw .unwritable(path: path, reason: error.reason)
    }
  }

  /// The bytes of a model; the same network, weights and labels give the same bytes.
  ///
  /// - Throws: ``OnnxModelError`` when weights or labels do not fit the network.
  public static func encode(
    network: Network, stateDict: StateDict, labels: LabelSet
  ) throws(OnnxModelError) -> [UInt8] {
    let weights: StateDict
    do {
      weights = try stateDict.conforming(to: network)
    } catch {
      throw .unfitWeights(error)
    }
    guard labels.count == network.classCount else {
      throw .labelCount(found: labels.count, expected: network.classCount)
    }
    var model = Onnx_ModelProto()
    model.irVersion = Int64(Onnx_Version.irVersion.rawValue)
    model.opsetImport = [.with { $0.version = operatorSetVersion }]
    model.producerName = "atelier"
    model.producerVersion = "1"
    model.graph = graph(of: network, weights: weights)
    do {
      model.metadataProps = [try metadata("classes", labels)]
      return try model.serializedBytes()
    } catch {
      throw .unencodable(reason: "\(error)")
    }
  }

  private static func graph(of network: Network, weights: StateDict) -> Onnx_GraphProto {
    var graph = Onnx_GraphProto()
    graph.name = "classifier"
    graph.input = [
      value(inputName, shape: [1, Int64(ImageTensor.height), Int64(ImageTensor.width)])
    ]
    graph.output = [value(outputName, shape: [Int64(network.classCount)])]
    graph.initializer = weights.tensors.map { name, tensor in initializer(name, tensor) }
    _ = append(network.layers, to: &graph, input: inputName)
    graph.node[graph.node.count - 1].output = [outputName]
    return graph
  }

  /// Appends the operators of layers, in an order in which each finds its inputs computed.
  ///
  /// - Returns: The name of the last one's output.
  private static func append(
    _ layers: [Layer], to graph: inout Onnx_GraphProto, input: String
  ) -> String {
    var current = input
    for layer in layers {
      let inputs: [String]
      if case .residual(let body, let shortcut) = layer {
        inputs = [
          append(body, to: &graph, input: current), append(shortcut, to: &graph, input: current),
        ]
      } else {
        inputs = [current] + layer.parameters.map(\.name)
      }
      var node = node(for: layer)
      node.name = "\(node.opType)_\(graph.node.count)"
      node.input = inputs
      node.output = [node.name]
      current = node.name
      graph.node.append(node)
    }
    return current
  }

  /// The operator of a layer and its attributes.
  private static func node(for layer: Layer) -> Onnx_NodeProto {
    switch layer {
    case .convolution(let convolution):
      node(
        "Conv",
        integers("kernel_shape", convolution.kernelSize, count: 2),
        integers("pads", convolution.padding, count: 4),
        integers("strides", convolution.stride, count: 2))
    case .relu:
      node("Relu")
    case .maxPooling(let size):
      node("MaxPool", integers("kernel_shape", size, count: 2), integers("strides", size, count: 2))
    case .globalAveragePooling:
      node("GlobalAveragePool")
    case .residual:
      node("Add")
    case .flatten:
      node("Flatten")
    case .linear:
      // PyTorch keeps the weights as outputs x inputs.
      node(
        "Gemm",
        .with {
          $0.name = "transB"
          $0.type = .int
          $0.i = 1
        })
    }
  }

  private static func node(_ type: String, _ attributes: Onnx_AttributeProto...) -> Onnx_NodeProto {
    .with {
      $0.opType = type
      $0.attribute = attributes
    }
  }

  /// An attribute that is the same number for each axis or side.
  private static func integers(_ name: String, _ value: Int, count: Int) -> Onnx_AttributeProto {
    .with {
      $0.name = name
      $0.type = .ints
      $0.ints = Array(repeating: Int64(value), count: count)
    }
  }

  private static func initializer(_ name: String, _ tensor: ParameterTensor) -> Onnx_TensorProto {
    .with {
      $0.name = name
      $0.dataType = floatType
      $0.dims = tensor.shape.map { Int64($0) }
      $0.rawData = tensor.values.withUnsafeBytes { Data($0) }
    }
  }

  /// A float input or output: any number of tensors of a shape.
  private static func value(_ name: String, shape: [Int64]) -> Onnx_ValueInfoProto {
    .with {
      $0.name = name
      $0.type.tensorType.elemType = floatType
      $0.type.tensorType.shape.dim =
        [.with { $0.dimParam = "batch" }] + shape.map { size in .with { $0.dimValue = size } }
    }
  }

  private static let floatType = Int32(Onnx_TensorProto.DataType.float.rawValue)

  private static func metadata(
    _ key: String, _ value: some Encodable
  ) throws -> Onnx_StringStringEntryProto {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    let json = try encoder.encode(value)
    return .with {
      $0.key = key
      $0.value = String(decoding: json, as: UTF8.self)
    }
  }
}
