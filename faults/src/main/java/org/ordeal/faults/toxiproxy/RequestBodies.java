package org.ordeal.faults.toxiproxy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the bodies of requests mean.
 *
 * <p>Goes through a body as Go's decoder does: fields in any case of letters, unknown ones ignored,
 * {@code null} leaves a field as it was, and the first value of a wrong type is what the error
 * names.
 */
final class RequestBodies {
  private static final String POPULATE_ENTRY =
      "struct { toxiproxy.Proxy; Enabled *bool \"json:\\\"enabled\\\"\" }";
  private static final String TOXIC_UPDATE =
      "struct { Attributes interface {} \"json:\\\"attributes\\\"\";"
          + " Toxicity float32 \"json:\\\"toxicity\\\"\" }";

  private @Nullable String firstError;

  private RequestBodies() {}

  /** A proxy as a request gives it. */
  record ProxyInput(String name, String listen, String upstream, boolean enabled) {}

  /** A toxic as a request gives it, before its attributes are known. */
  record ToxicInput(String name, String type, String stream, float toxicity) {}

  /** Reads {@code POST /proxies} and {@code PATCH /proxies/NAME}. */
  static ProxyInput proxy(byte[] body, ProxyInput defaults) throws ApiException {
    RequestBodies reader = new RequestBodies();
    ProxyInput input =
        reader.proxy(GoJson.parse(body), defaults, "toxiproxy.Proxy", "Proxy.", "Proxy.");
    reader.refuseErrors();
    return input;
  }

  /** Reads {@code POST /populate}. */
  static List<ProxyInput> populate(byte[] body) throws ApiException {
    RequestBodies reader = new RequestBodies();
    List<ProxyInput> inputs = new ArrayList<>();
    ProxyInput empty = new ProxyInput("", "", "", true);
    switch (GoJson.parse(body)) {
      case GoJson.ArrayValue array -> {
        for (GoJson.Value element : array.elements()) {
          inputs.add(reader.proxy(element, empty, POPULATE_ENTRY, ".Proxy.", "."));
        }
      }
      case GoJson.NullValue nothing -> {}
      case GoJson.Value other -> reader.mismatch(other, "value of type []" + POPULATE_ENTRY);
    }
    reader.refuseErrors();
    for (int i = 0; i < inputs.size(); i++) {
      if (inputs.get(i).name().isEmpty()) {
        throw ApiException.missingField("name at proxy " + (i + 1));
      }
      if (inputs.get(i).upstream().isEmpty()) {
        throw ApiException.missingField("upstream at proxy " + (i + 1));
      }
    }
    return inputs;
  }

  /** Reads what {@code POST /proxies/NAME/toxics} says of the toxic but its attributes. */
  static ToxicInput toxic(GoJson.Value body) throws ApiException {
    RequestBodies reader = new RequestBodies();
    String name = "";
    String type = "";
    String stream = "downstream";
    float toxicity = 1;
    for (GoJson.Member member : reader.members(body, "toxics.ToxicWrapper")) {
      if (member.named("name")) {
        name = reader.string(member.value(), name, "ToxicWrapper.name");
      } else if (member.named("type")) {
        type = reader.string(member.value(), type, "ToxicWrapper.type");
      } else if (member.named("stream")) {
        stream = reader.string(member.value(), stream, "ToxicWrapper.stream");
      } else if (member.named("toxicity")) {
        toxicity = reader.float32(member.value(), toxicity, "ToxicWrapper.toxicity");
      } else if (member.named("attributes")) {
        reader.requireObject(member.value(), "ToxicWrapper.attributes of type toxics.NoopToxic");
      }
    }
    reader.refuseErrors();
    return new ToxicInput(name, type, stream, toxicity);
  }

  /** Reads the attributes of a new toxic of a known type; those not given are 0. */
  static long[] attributes(GoJson.Value body, ToxicType type) throws ApiException {
    RequestBodies reader = new RequestBodies();
    long[] attributes = new long[type.attributes().size()];
    for (GoJson.Member member : reader.members(body, "")) {
      if (member.named("attributes")) {
        reader.attributes(member.value(), type, attributes, "");
      }
    }
    reader.refuseErrors();
    return attributes;
  }

  /** Reads a change of a toxic: what the body does not name stays as it is. */
  static Toxic.Settings toxicUpdate(byte[] body, ToxicType type, Toxic.Settings current)
      throws ApiException {
    RequestBodies reader = new RequestBodies();
    long[] attributes = current.attributes().clone();
    float toxicity = current.toxicity();
    for (GoJson.Member member : reader.members(GoJson.parse(body), TOXIC_UPDATE)) {
      if (member.named("attributes")) {
        String field = ".attributes of type toxics." + type.goStruct();
        reader.attributes(member.value(), type, attributes, field);
      } else if (member.named("toxicity")) {
        toxicity = reader.float32(member.value(), toxicity, ".toxicity");
      }
    }
    reader.refuseErrors();
    return new Toxic.Settings(toxicity, attributes);
  }

  private ProxyInput proxy(
      GoJson.Value value, ProxyInput defaults, String struct, String prefix, String outerPrefix) {
    String name = defaults.name();
    String listen = defaults.listen();
    String upstream = defaults.upstream();
    boolean enabled = defaults.enabled();
    for (GoJson.Member member : members(value, struct)) {
      if (member.named("name")) {
        name = string(member.value(), name, prefix + "name");
      } else if (member.named("listen")) {
        listen = string(member.value(), listen, prefix + "listen");
      } else if (member.named("upstream")) {
        upstream = string(member.value(), upstream, prefix + "upstream");
      } else if (member.named("enabled")) {
        enabled = bool(member.value(), enabled, outerPrefix + "enabled");
      } else if (member.named("Logger")) {
        // The Go server's logger leaks into its JSON; clients send it back as they got it.
        requireObject(member.value(), prefix + "Logger of type zerolog.Logger");
      }
    }
    return new ProxyInput(name, listen, upstream, enabled);
  }

  private void attributes(GoJson.Value value, ToxicType type, long[] into, String field) {
    if (!field.isEmpty()) {
      requireObject(value, field);
    }
    if (value instanceof GoJson.ObjectValue object) {
      List<String> names = type.attributes();
      for (GoJson.Member member : object.members()) {
        for (int i = 0; i < into.length; i++) {
          if (member.named(names.get(i))) {
            String path = type.goStruct() + ".attributes." + names.get(i);
            into[i] = integer(member.value(), into[i], path + " of type " + type.goNumber());
          }
        }
      }
    }
  }

  private List<GoJson.Member> members(GoJson.Value value, String struct) {
    return switch (value) {
      case GoJson.ObjectValue object -> object.members();
      case GoJson.NullValue nothing -> List.of();
      case GoJson.Value other -> {
        mismatch(other, "value of type " + struct);
        yield List.of();
      }
    };
  }

  private String string(GoJson.Value value, String current, String field) {
    return switch (value) {
      case GoJson.StringValue string -> string.value();
      case GoJson.NullValue nothing -> current;
      case GoJson.Value other -> {
        mismatch(other, "struct field " + field + " of type string");
        yield current;
      }
    };
  }

  private boolean bool(GoJson.Value value, boolean current, String field) {
    return switch (value) {
      case GoJson.BooleanValue bool -> bool.value();
      case GoJson.NullValue nothing -> current;
      case GoJson.Value other -> {
        mismatch(other, "struct field " + field + " of type bool");
        yield current;
      }
    };
  }

  private long integer(GoJson.Value value, long current, String field) {
    return switch (value) {
      case GoJson.NumberValue number -> {
        try {
          yield Long.parseLong(number.literal());
        } catch (NumberFormatException e) {
          mismatch("number " + number.literal(), "struct field " + field);
          yield current;
        }
      }
      case GoJson.NullValue nothing -> current;
      case GoJson.Value other -> {
        mismatch(other, "struct field " + field);
        yield current;
      }
    };
  }

  private float float32(GoJson.Value value, float current, String field) {
    return switch (value) {
      case GoJson.NumberValue number -> {
        float parsed = Float.parseFloat(number.literal());
        if (Float.isInfinite(parsed)) {
          mismatch("number " + number.literal(), "struct field " + field + " of type float32");
          yield current;
        }
        yield parsed;
      }
      case GoJson.NullValue nothing -> current;
      case GoJson.Value other -> {
        mismatch(other, "struct field " + field + " of type float32");
        yield current;
      }
    };
  }

  private void requireObject(GoJson.Value value, String field) {
    if (!(value instanceof GoJson.ObjectValue || value instanceof GoJson.NullValue)) {
      mismatch(value, "struct field " + field);
    }
  }

  private void mismatch(GoJson.Value value, String target) {
    mismatch(value.kind(), target);
  }

  private void mismatch(String what, String target) {
    if (firstError == null) {
      firstError = "json: cannot unmarshal " + what + " into Go " + target;
    }
  }

  private void refuseErrors() throws ApiException {
    if (firstError != null) {
      throw ApiException.badRequestBody(firstError);
    }
  }
}
