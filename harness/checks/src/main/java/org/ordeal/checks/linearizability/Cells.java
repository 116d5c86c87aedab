package org.ordeal.checks.linearizability;

/** What a model keeps of one operation: a code and two numbers. Mutable, used within a loop. */
final class Cells {

  byte f;
  int a;
  int b;

  void set(byte newF, int newA, int newB) {
    f = newF;
    a = newA;
    b = newB;
  }
}
