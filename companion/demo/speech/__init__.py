"""Makes whisper-micro, the small speech model of the demo podcast; nothing here runs in the app.

whisper-micro has Whisper's architecture (2.2 million weights, English) and understands flite's
voices slt, rms and awb. It is shipped in ../whisper-micro as faster-whisper loads it. To make it
anew, install torch, faster-whisper and wordfreq (never dependencies of the project), flite and
ffmpeg, and run, from the project's root:

1. ``python -m companion.demo.speech.speak WORK/s1 3000 1 2`` (and s2 with seed 2, ...): sound of
   3,000 sentences each, 2.3 hours, in some minutes. Ten such shards are enough.
2. ``python -m companion.demo.speech.train WORK/run WORK/s1 WORK/s2 ... --minutes 120 --fall 0.6``:
   the shipped weights heard about 420 hours (the same sound many times) in four hours on two
   shared cores; ``--checkpoint WORK/run/last.pt`` goes on with a run.
3. ``python -m companion.demo.speech.export WORK/run/mean.pt FOLDER``
4. ``python -m companion.demo.speech.evaluate FOLDER`` (and ``--batched``) measures it on sentences
   that training refuses: tests/data/speech. ``... evaluate clips`` renders the test's clips.

What made it work: windows of 10 seconds at most (export.CHUNK; faster-whisper reads it from the
folder and never asks for more), the phone of every 20 ms as an additional answer (flite knows it),
telling the decoder where to look while it writes a word, natural sentences beside random ones,
and a rate that falls to nothing.
"""
