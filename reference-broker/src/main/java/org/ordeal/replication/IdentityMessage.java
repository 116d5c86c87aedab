package org.ordeal.replication;

import com.alipay.remoting.CustomSerializerManager;
import com.alipay.remoting.DefaultCustomSerializer;
import com.alipay.remoting.InvokeContext;
import com.alipay.remoting.exception.DeserializationException;
import com.alipay.remoting.exception.SerializationException;
import com.alipay.remoting.rpc.RequestCommand;
import com.alipay.remoting.rpc.ResponseCommand;
import com.alipay.remoting.rpc.protocol.RpcRequestCommand;
import com.alipay.remoting.rpc.protocol.RpcResponseCommand;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;

/**
 * What members say to each other about who they are, on the port that JRaft listens on.
 *
 * <pre>
 *   ASK      "I am member, of this incarnation: as which do you know me?"      anybody, to anybody
 *     KNOWN  "I am member, of this incarnation; I know you as about."          about is empty for "not at all"
 *   TAKE_IN  "I have no store; I am member; about: FRESH, or JOINING."         to whoever may lead
 *     WAIT   "not (yet): sentence"
 *     MEMBER "the group has you among its members"
 *   ADMIT    "the group, which I lead, is about to add you, incarnation about" the leader, to a fresh member
 *     WAIT   "no: sentence"
 *     MEMBER "ready"
 * </pre>
 *
 * @param group the group's name; a member of another group answers WAIT
 * @param member who speaks
 * @param incarnation the speaker's
 */
record IdentityMessage(
    Kind kind, String group, String member, String incarnation, String about, String sentence)
    implements Serializable {

  /** See the picture above. */
  enum Kind {
    ASK,
    KNOWN,
    TAKE_IN,
    ADMIT,
    WAIT,
    MEMBER
  }

  /** Has bolt write and read these messages our way, not by Hessian. Idempotent. */
  static synchronized void register() {
    var name = IdentityMessage.class.getName();
    if (CustomSerializerManager.getCustomSerializer(name) == null) {
      CustomSerializerManager.registerCustomSerializer(name, new Serializer());
    }
  }

  private byte[] encode() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      for (var text : new String[] {kind.name(), group, member, incarnation, about, sentence}) {
        out.writeUTF(text);
      }
    }
    return bytes.toByteArray();
  }

  private static IdentityMessage decode(byte[] content) throws IOException {
    try (var in = new DataInputStream(new ByteArrayInputStream(content))) {
      return new IdentityMessage(
          Kind.valueOf(in.readUTF()),
          in.readUTF(),
          in.readUTF(),
          in.readUTF(),
          in.readUTF(),
          in.readUTF());
    } catch (IllegalArgumentException e) {
      throw new IOException("No message is of this kind: " + e.getMessage(), e);
    }
  }

  private static final class Serializer extends DefaultCustomSerializer {
    @Override
    public <T extends RequestCommand> boolean serializeContent(T request, InvokeContext context)
        throws SerializationException {
      var command = (RpcRequestCommand) request;
      command.setContent(content(command.getRequestObject()));
      return true;
    }

    @Override
    public <T extends ResponseCommand> boolean serializeContent(T response)
        throws SerializationException {
      var command = (RpcResponseCommand) response;
      command.setContent(content(command.getResponseObject()));
      return true;
    }

    private static byte[] content(Object message) throws SerializationException {
      try {
        return ((IdentityMessage) message).encode();
      } catch (IOException e) {
        throw new SerializationException("The message cannot be written: " + e.getMessage(), e);
      }
    }

    @Override
    public <T extends RequestCommand> boolean deserializeContent(T request)
        throws DeserializationException {
      ((RpcRequestCommand) request).setRequestObject(message(request.getContent()));
      return true;
    }

    @Override
    public <T extends ResponseCommand> boolean deserializeContent(T response, InvokeContext context)
        throws DeserializationException {
      ((RpcResponseCommand) response).setResponseObject(message(response.getContent()));
      return true;
    }

    private static IdentityMessage message(byte[] content) throws DeserializationException {
      try {
        return decode(content);
      } catch (IOException e) {
        throw new DeserializationException("The message cannot be read: " + e.getMessage(), e);
      }
    }
  }
}
