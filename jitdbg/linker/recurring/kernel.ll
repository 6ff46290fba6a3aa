; Made by `make kernel` of kernel.c, whose SHA-256 is 82385d173a72604d792aeefe02c571fab530f348e84a0e26f4a622c7433a6a65

%struct.Filling = type { ptr, %struct.Bytes, %struct.Bytes, %struct.Bytes, %struct.Bytes, %struct.Bytes, %struct.Bytes, ptr, [512 x %struct.Bytes], [512 x i64], [512 x i64], [128 x i64], [128 x i64], [128 x i64], i64, i64, i64, i64, i64, [1152 x i64], [1024 x i64], [1024 x i32], [2048 x i64], i64 }
%struct.Bytes = type { ptr, i64 }
%struct.Input = type { i64, i64, i64, i64, i64, i64, i64 }
%struct.Single = type { i64, i64 }
%struct.Several = type { i64, i64, i64, i64, i64 }
%struct.Part = type { i64, i64 }
%struct.Segment = type { i64, i64, i64 }
%struct.Constant = type { i64, i64 }
%struct.Table = type { i64, i64, i64, i64, i64 }
%struct.Form = type { i64, i64, i64, i64 }
%struct.Info = type { i64, i64 }
%struct.SymbolRow = type { i64, i64 }
%struct.Entry = type { i64, i64, i64 }

@.str = private unnamed_addr constant [1 x i8] zeroinitializer, align 1

; Function Attrs: nounwind optsize
define ptr @fill(ptr noundef %0, ptr noundef %1, ptr noundef %2, ptr noundef %3, ptr noundef %4, ptr noundef %5) local_unnamed_addr #0 {
  %7 = alloca [8 x i64], align 16
  %8 = alloca ptr, align 8
  %9 = alloca i64, align 8
  %10 = alloca ptr, align 8
  %11 = alloca i64, align 8
  %12 = alloca ptr, align 8
  %13 = alloca i64, align 8
  %14 = alloca ptr, align 8
  %15 = alloca i64, align 8
  %16 = alloca ptr, align 8
  %17 = alloca i64, align 8
  %18 = alloca ptr, align 8
  %19 = alloca i64, align 8
  %20 = alloca %struct.Filling, align 8
  call void @llvm.lifetime.start.p0(ptr nonnull %20) #10
  call void @llvm.lifetime.start.p0(ptr nonnull %18) #10
  call void @llvm.lifetime.start.p0(ptr nonnull %19) #10
  %21 = call i32 @PyBytes_AsStringAndSize(ptr noundef %0, ptr noundef nonnull %18, ptr noundef nonnull %19) #11
  %22 = icmp eq i32 %21, 0
  br i1 %22, label %24, label %23

23:                                               ; preds = %6
  call void @llvm.lifetime.end.p0(ptr nonnull %19) #10
  call void @llvm.lifetime.end.p0(ptr nonnull %18) #10
  br label %1045

24:                                               ; preds = %6
  %25 = load ptr, ptr %18, align 8
  call void @llvm.lifetime.end.p0(ptr nonnull %19) #10
  call void @llvm.lifetime.end.p0(ptr nonnull %18) #10
  %26 = getelementptr inbounds nuw i8, ptr %20, i64 8
  call void @llvm.lifetime.start.p0(ptr nonnull %16) #10
  call void @llvm.lifetime.start.p0(ptr nonnull %17) #10
  %27 = call i32 @PyBytes_AsStringAndSize(ptr noundef %1, ptr noundef nonnull %16, ptr noundef nonnull %17) #11
  %28 = icmp eq i32 %27, 0
  br i1 %28, label %30, label %29

29:                                               ; preds = %24
  call void @llvm.lifetime.end.p0(ptr nonnull %17) #10
  call void @llvm.lifetime.end.p0(ptr nonnull %16) #10
  br label %1045

30:                                               ; preds = %24
  %31 = load ptr, ptr %16, align 8
  %32 = load i64, ptr %17, align 8
  store ptr %31, ptr %26, align 8
  %33 = getelementptr inbounds nuw i8, ptr %20, i64 16
  store i64 %32, ptr %33, align 8
  call void @llvm.lifetime.end.p0(ptr nonnull %17) #10
  call void @llvm.lifetime.end.p0(ptr nonnull %16) #10
  call void @llvm.lifetime.start.p0(ptr nonnull %14) #10
  call void @llvm.lifetime.start.p0(ptr nonnull %15) #10
  %34 = call i32 @PyBytes_AsStringAndSize(ptr noundef %2, ptr noundef nonnull %14, ptr noundef nonnull %15) #11
  %35 = icmp eq i32 %34, 0
  br i1 %35, label %37, label %36

36:                                               ; preds = %30
  call void @llvm.lifetime.end.p0(ptr nonnull %15) #10
  call void @llvm.lifetime.end.p0(ptr nonnull %14) #10
  br label %1045

37:                                               ; preds = %30
  %38 = getelementptr inbounds nuw i8, ptr %20, i64 24
  %39 = load ptr, ptr %14, align 8
  %40 = load i64, ptr %15, align 8
  store ptr %39, ptr %38, align 8
  %41 = getelementptr inbounds nuw i8, ptr %20, i64 32
  store i64 %40, ptr %41, align 8
  call void @llvm.lifetime.end.p0(ptr nonnull %15) #10
  call void @llvm.lifetime.end.p0(ptr nonnull %14) #10
  call void @llvm.lifetime.start.p0(ptr nonnull %12) #10
  call void @llvm.lifetime.start.p0(ptr nonnull %13) #10
  %42 = call i32 @PyBytes_AsStringAndSize(ptr noundef %3, ptr noundef nonnull %12, ptr noundef nonnull %13) #11
  %43 = icmp eq i32 %42, 0
  br i1 %43, label %45, label %44

44:                                               ; preds = %37
  call void @llvm.lifetime.end.p0(ptr nonnull %13) #10
  call void @llvm.lifetime.end.p0(ptr nonnull %12) #10
  br label %1045

45:                                               ; preds = %37
  %46 = getelementptr inbounds nuw i8, ptr %20, i64 40
  %47 = load ptr, ptr %12, align 8
  %48 = load i64, ptr %13, align 8
  store ptr %47, ptr %46, align 8
  %49 = getelementptr inbounds nuw i8, ptr %20, i64 48
  store i64 %48, ptr %49, align 8
  call void @llvm.lifetime.end.p0(ptr nonnull %13) #10
  call void @llvm.lifetime.end.p0(ptr nonnull %12) #10
  call void @llvm.lifetime.start.p0(ptr nonnull %10) #10
  call void @llvm.lifetime.start.p0(ptr nonnull %11) #10
  %50 = call i32 @PyBytes_AsStringAndSize(ptr noundef %4, ptr noundef nonnull %10, ptr noundef nonnull %11) #11
  %51 = icmp eq i32 %50, 0
  br i1 %51, label %53, label %52

52:                                               ; preds = %45
  call void @llvm.lifetime.end.p0(ptr nonnull %11) #10
  call void @llvm.lifetime.end.p0(ptr nonnull %10) #10
  br label %1045

53:                                               ; preds = %45
  %54 = getelementptr inbounds nuw i8, ptr %20, i64 56
  %55 = load ptr, ptr %10, align 8
  %56 = load i64, ptr %11, align 8
  store ptr %55, ptr %54, align 8
  %57 = getelementptr inbounds nuw i8, ptr %20, i64 64
  store i64 %56, ptr %57, align 8
  call void @llvm.lifetime.end.p0(ptr nonnull %11) #10
  call void @llvm.lifetime.end.p0(ptr nonnull %10) #10
  %58 = getelementptr inbounds nuw i8, ptr %20, i64 72
  call void @llvm.lifetime.start.p0(ptr nonnull %8) #10
  call void @llvm.lifetime.start.p0(ptr nonnull %9) #10
  %59 = call i32 @PyBytes_AsStringAndSize(ptr noundef %5, ptr noundef nonnull %8, ptr noundef nonnull %9) #11
  %60 = icmp eq i32 %59, 0
  br i1 %60, label %62, label %61

61:                                               ; preds = %53
  call void @llvm.lifetime.end.p0(ptr nonnull %9) #10
  call void @llvm.lifetime.end.p0(ptr nonnull %8) #10
  br label %1045

62:                                               ; preds = %53
  %63 = load ptr, ptr %8, align 8
  %64 = load i64, ptr %9, align 8
  store ptr %63, ptr %58, align 8
  %65 = getelementptr inbounds nuw i8, ptr %20, i64 80
  store i64 %64, ptr %65, align 8
  call void @llvm.lifetime.end.p0(ptr nonnull %9) #10
  call void @llvm.lifetime.end.p0(ptr nonnull %8) #10
  store ptr %25, ptr %20, align 8
  %66 = getelementptr inbounds nuw i8, ptr %25, i64 200
  %67 = load i64, ptr %66, align 8
  %68 = getelementptr inbounds i8, ptr %25, i64 %67
  %69 = load i64, ptr %33, align 8
  %70 = icmp ult i64 %69, 64
  br i1 %70, label %1027, label %71

71:                                               ; preds = %62
  %72 = load ptr, ptr %26, align 8
  %73 = getelementptr inbounds nuw i8, ptr %25, i64 184
  %74 = load i64, ptr %73, align 8
  %75 = getelementptr inbounds i8, ptr %25, i64 %74
  %76 = getelementptr inbounds nuw i8, ptr %25, i64 192
  %77 = load i64, ptr %76, align 8
  %78 = call i32 @bcmp(ptr %72, ptr %75, i64 %77)
  %79 = icmp eq i32 %78, 0
  br i1 %79, label %80, label %1027

80:                                               ; preds = %71
  %81 = getelementptr inbounds nuw i8, ptr %72, i64 40
  %82 = load i64, ptr %81, align 1
  %83 = getelementptr inbounds nuw i8, ptr %72, i64 58
  %84 = load i32, ptr %83, align 1
  %85 = getelementptr inbounds nuw i8, ptr %25, i64 208
  %86 = load i64, ptr %85, align 8
  %87 = trunc i64 %86 to i32
  %88 = shl i32 %87, 16
  %89 = or disjoint i32 %88, 64
  %90 = icmp eq i32 %84, %89
  %91 = add i64 %82, -1
  %92 = icmp ult i64 %91, %69
  %93 = select i1 %90, i1 %92, i1 false
  br i1 %93, label %94, label %1027

94:                                               ; preds = %80
  %95 = shl i64 %86, 6
  %96 = sub nuw i64 %69, %82
  %97 = icmp ugt i64 %95, %96
  br i1 %97, label %1027, label %98

98:                                               ; preds = %94
  %99 = getelementptr inbounds nuw i8, ptr %72, i64 %82
  %100 = getelementptr inbounds nuw i8, ptr %20, i64 8304
  %101 = icmp slt i64 %86, 1
  br i1 %101, label %180, label %102

102:                                              ; preds = %98
  %103 = getelementptr inbounds nuw i8, ptr %20, i64 112
  br label %104

104:                                              ; preds = %171, %102
  %105 = phi i64 [ 0, %102 ], [ %169, %171 ]
  %106 = phi i64 [ 0, %102 ], [ %175, %171 ]
  %107 = shl nsw i64 %106, 6
  %108 = getelementptr inbounds nuw i8, ptr %99, i64 %107
  %109 = getelementptr inbounds nuw %struct.Input, ptr %68, i64 %106
  %110 = getelementptr inbounds nuw i8, ptr %108, i64 4
  %111 = load i32, ptr %110, align 1
  %112 = zext i32 %111 to i64
  %113 = load i64, ptr %109, align 8
  %114 = icmp eq i64 %113, %112
  br i1 %114, label %115, label %1027

115:                                              ; preds = %104
  %116 = getelementptr inbounds nuw i8, ptr %108, i64 8
  %117 = load i64, ptr %116, align 1
  %118 = getelementptr inbounds nuw i8, ptr %109, i64 8
  %119 = load i64, ptr %118, align 8
  %120 = icmp eq i64 %117, %119
  br i1 %120, label %121, label %1027

121:                                              ; preds = %115
  %122 = getelementptr inbounds nuw i8, ptr %108, i64 16
  %123 = load i64, ptr %122, align 1
  %124 = getelementptr inbounds nuw i8, ptr %109, i64 16
  %125 = load i64, ptr %124, align 8
  %126 = icmp eq i64 %123, %125
  br i1 %126, label %127, label %1027

127:                                              ; preds = %121
  %128 = getelementptr inbounds nuw i8, ptr %108, i64 40
  %129 = load i32, ptr %128, align 1
  %130 = zext i32 %129 to i64
  %131 = getelementptr inbounds nuw i8, ptr %109, i64 24
  %132 = load i64, ptr %131, align 8
  %133 = icmp eq i64 %132, %130
  br i1 %133, label %134, label %1027

134:                                              ; preds = %127
  %135 = getelementptr inbounds nuw i8, ptr %108, i64 44
  %136 = load i32, ptr %135, align 1
  %137 = zext i32 %136 to i64
  %138 = getelementptr inbounds nuw i8, ptr %109, i64 32
  %139 = load i64, ptr %138, align 8
  %140 = icmp eq i64 %139, %137
  br i1 %140, label %141, label %1027

141:                                              ; preds = %134
  %142 = getelementptr inbounds nuw i8, ptr %108, i64 48
  %143 = load i64, ptr %142, align 1
  %144 = getelementptr inbounds nuw i8, ptr %109, i64 40
  %145 = load i64, ptr %144, align 8
  %146 = icmp eq i64 %143, %145
  br i1 %146, label %147, label %1027

147:                                              ; preds = %141
  %148 = getelementptr inbounds nuw i8, ptr %108, i64 56
  %149 = load i64, ptr %148, align 1
  %150 = getelementptr inbounds nuw i8, ptr %109, i64 48
  %151 = load i64, ptr %150, align 8
  %152 = icmp eq i64 %149, %151
  br i1 %152, label %153, label %1027

153:                                              ; preds = %147
  %154 = getelementptr inbounds nuw i8, ptr %108, i64 24
  %155 = load i64, ptr %154, align 1
  %156 = getelementptr inbounds nuw i8, ptr %108, i64 32
  %157 = load i64, ptr %156, align 1
  %158 = icmp ugt i64 %157, 70368744177664
  %159 = icmp ugt i64 %155, %69
  %160 = select i1 %158, i1 true, i1 %159
  br i1 %160, label %1027, label %161

161:                                              ; preds = %153
  %162 = getelementptr inbounds nuw i64, ptr %100, i64 %106
  store i64 %157, ptr %162, align 8
  %163 = load i64, ptr %109, align 8
  %164 = icmp eq i64 %163, 8
  %165 = select i1 %164, i64 0, i64 %157
  %166 = sub nuw i64 %69, %155
  %167 = icmp ugt i64 %165, %166
  br i1 %167, label %1027, label %168

168:                                              ; preds = %161
  %169 = add i64 %165, %105
  %170 = icmp ugt i64 %169, %69
  br i1 %170, label %1027, label %171

171:                                              ; preds = %168
  %172 = getelementptr inbounds nuw %struct.Bytes, ptr %103, i64 %106
  %173 = getelementptr inbounds nuw i8, ptr %72, i64 %155
  store ptr %173, ptr %172, align 8
  %174 = getelementptr inbounds nuw i8, ptr %172, i64 8
  store i64 %165, ptr %174, align 8
  %175 = add nuw nsw i64 %106, 1
  %176 = load i64, ptr %85, align 8
  %177 = icmp slt i64 %175, %176
  br i1 %177, label %104, label %178, !llvm.loop !2

178:                                              ; preds = %171
  %179 = load i64, ptr %81, align 1
  br label %180

180:                                              ; preds = %178, %98
  %181 = phi i64 [ %176, %178 ], [ %86, %98 ]
  %182 = phi i64 [ %179, %178 ], [ %82, %98 ]
  %183 = getelementptr inbounds nuw i8, ptr %72, i64 %182
  %184 = getelementptr inbounds nuw i8, ptr %72, i64 60
  %185 = load i32, ptr %184, align 1
  %186 = lshr i32 %185, 16
  %187 = zext nneg i32 %186 to i64
  %188 = icmp sgt i64 %181, %187
  br i1 %188, label %189, label %1027

189:                                              ; preds = %180
  %190 = getelementptr inbounds nuw i8, ptr %25, i64 216
  %191 = load i64, ptr %190, align 8
  %192 = getelementptr inbounds i8, ptr %25, i64 %191
  %193 = getelementptr inbounds nuw i8, ptr %20, i64 112
  %194 = getelementptr inbounds nuw %struct.Bytes, ptr %193, i64 %187
  %195 = getelementptr inbounds nuw i8, ptr %194, i64 8
  %196 = load i64, ptr %195, align 8
  br label %197

197:                                              ; preds = %215, %189
  %198 = phi i64 [ 0, %189 ], [ %217, %215 ]
  %199 = phi ptr [ %192, %189 ], [ %216, %215 ]
  %200 = call i64 @strlen(ptr noundef nonnull dereferenceable(1) %199) #12
  %201 = add i64 %200, 1
  %202 = shl nsw i64 %198, 6
  %203 = getelementptr inbounds nuw i8, ptr %183, i64 %202
  %204 = load i32, ptr %203, align 1
  %205 = zext i32 %204 to i64
  %206 = icmp ult i64 %196, %205
  %207 = sub nuw nsw i64 %196, %205
  %208 = icmp sgt i64 %201, %207
  %209 = select i1 %206, i1 true, i1 %208
  br i1 %209, label %1027, label %210

210:                                              ; preds = %197
  %211 = load ptr, ptr %194, align 8
  %212 = getelementptr inbounds nuw i8, ptr %211, i64 %205
  %213 = call i32 @bcmp(ptr readonly %212, ptr nonnull readonly %199, i64 %201)
  %214 = icmp eq i32 %213, 0
  br i1 %214, label %215, label %1027

215:                                              ; preds = %210
  %216 = getelementptr inbounds i8, ptr %199, i64 %201
  %217 = add nuw nsw i64 %198, 1
  %218 = icmp eq i64 %217, %181
  br i1 %218, label %219, label %197, !llvm.loop !4

219:                                              ; preds = %215
  %220 = getelementptr inbounds nuw i8, ptr %25, i64 232
  %221 = load i64, ptr %220, align 8
  %222 = getelementptr inbounds i8, ptr %25, i64 %221
  %223 = load i64, ptr %25, align 8
  %224 = getelementptr inbounds %struct.Bytes, ptr %193, i64 %223
  %225 = load ptr, ptr %224, align 8
  %226 = getelementptr inbounds nuw i8, ptr %224, i64 8
  %227 = load i64, ptr %226, align 8
  %228 = getelementptr inbounds nuw i8, ptr %20, i64 88
  %229 = getelementptr inbounds nuw i8, ptr %25, i64 8
  %230 = load i64, ptr %229, align 8
  %231 = getelementptr inbounds %struct.Bytes, ptr %193, i64 %230
  call void @llvm.memcpy.p0.p0.i64(ptr noundef nonnull align 8 dereferenceable(16) %228, ptr noundef nonnull align 8 dereferenceable(16) %231, i64 16, i1 false)
  %232 = getelementptr inbounds nuw i8, ptr %20, i64 104
  store ptr %225, ptr %232, align 8
  %233 = getelementptr inbounds nuw i8, ptr %25, i64 240
  %234 = load i64, ptr %233, align 8
  %235 = mul nsw i64 %234, 24
  %236 = icmp eq i64 %227, %235
  br i1 %236, label %237, label %1027

237:                                              ; preds = %219
  %238 = getelementptr inbounds nuw i8, ptr %20, i64 96
  %239 = load i64, ptr %238, align 8
  %240 = icmp eq i64 %239, 0
  br i1 %240, label %1027, label %241

241:                                              ; preds = %237
  %242 = load ptr, ptr %228, align 8
  %243 = getelementptr i8, ptr %242, i64 %239
  %244 = getelementptr i8, ptr %243, i64 -1
  %245 = load i8, ptr %244, align 1
  %246 = icmp eq i8 %245, 0
  br i1 %246, label %247, label %1027

247:                                              ; preds = %241
  %248 = call ptr @memchr(ptr noundef nonnull %242, i32 noundef 64, i64 noundef %239) #12
  %249 = icmp eq ptr %248, null
  br i1 %249, label %250, label %1027

250:                                              ; preds = %247
  %251 = icmp slt i64 %234, 1
  br i1 %251, label %268, label %255

252:                                              ; preds = %264
  %253 = add nuw nsw i64 %256, 1
  %254 = icmp eq i64 %253, %234
  br i1 %254, label %268, label %255, !llvm.loop !5

255:                                              ; preds = %250, %252
  %256 = phi i64 [ %253, %252 ], [ 0, %250 ]
  %257 = mul nuw nsw i64 %256, 24
  %258 = getelementptr inbounds nuw i8, ptr %225, i64 %257
  %259 = getelementptr inbounds nuw i8, ptr %258, i64 4
  %260 = load i32, ptr %259, align 1
  %261 = getelementptr inbounds nuw i32, ptr %222, i64 %256
  %262 = load i32, ptr %261, align 4
  %263 = icmp eq i32 %260, %262
  br i1 %263, label %264, label %1027

264:                                              ; preds = %255
  %265 = load i32, ptr %258, align 1
  %266 = zext i32 %265 to i64
  %267 = icmp sgt i64 %239, %266
  br i1 %267, label %252, label %1027

268:                                              ; preds = %252, %250
  %269 = getelementptr inbounds nuw i8, ptr %25, i64 296
  %270 = load i64, ptr %269, align 8
  %271 = getelementptr inbounds i8, ptr %25, i64 %270
  %272 = getelementptr inbounds nuw i8, ptr %25, i64 304
  %273 = load i64, ptr %272, align 8
  %274 = getelementptr inbounds i8, ptr %271, i64 %273
  %275 = getelementptr inbounds nuw i8, ptr %25, i64 256
  %276 = load i64, ptr %275, align 8
  %277 = icmp sgt i64 %276, 0
  br i1 %277, label %278, label %303

278:                                              ; preds = %268
  %279 = getelementptr inbounds nuw i8, ptr %25, i64 264
  %280 = load i64, ptr %279, align 8
  %281 = getelementptr inbounds i8, ptr %25, i64 %280
  %282 = getelementptr inbounds nuw i8, ptr %25, i64 248
  %283 = load i64, ptr %282, align 8
  %284 = getelementptr inbounds i8, ptr %25, i64 %283
  br label %285

285:                                              ; preds = %297, %278
  %286 = phi ptr [ %281, %278 ], [ %300, %297 ]
  %287 = phi i64 [ 0, %278 ], [ %301, %297 ]
  %288 = getelementptr inbounds nuw i64, ptr %284, i64 %287
  %289 = load i64, ptr %288, align 8
  %290 = mul nsw i64 %289, 24
  %291 = getelementptr inbounds i8, ptr %225, i64 %290
  %292 = load i32, ptr %291, align 1
  %293 = zext i32 %292 to i64
  %294 = getelementptr inbounds nuw i8, ptr %242, i64 %293
  %295 = call i32 @strcmp(ptr noundef nonnull dereferenceable(1) %294, ptr noundef nonnull dereferenceable(1) %286) #12
  %296 = icmp eq i32 %295, 0
  br i1 %296, label %297, label %1027

297:                                              ; preds = %285
  %298 = call i64 @strlen(ptr noundef nonnull dereferenceable(1) %294) #12
  %299 = getelementptr i8, ptr %286, i64 %298
  %300 = getelementptr i8, ptr %299, i64 1
  %301 = add nuw nsw i64 %287, 1
  %302 = icmp eq i64 %301, %276
  br i1 %302, label %303, label %285, !llvm.loop !6

303:                                              ; preds = %297, %268
  %304 = getelementptr inbounds nuw i8, ptr %25, i64 16
  %305 = load i64, ptr %304, align 8
  %306 = icmp slt i64 %305, %234
  br i1 %306, label %307, label %333

307:                                              ; preds = %303, %329
  %308 = phi i64 [ %331, %329 ], [ %305, %303 ]
  %309 = phi ptr [ %330, %329 ], [ %271, %303 ]
  %310 = mul nsw i64 %308, 24
  %311 = getelementptr inbounds i8, ptr %225, i64 %310
  %312 = load i32, ptr %311, align 1
  %313 = zext i32 %312 to i64
  %314 = getelementptr inbounds nuw i8, ptr %242, i64 %313
  %315 = load i8, ptr %314, align 1
  switch i8 %315, label %329 [
    i8 0, label %1027
    i8 95, label %316
  ]

316:                                              ; preds = %307
  %317 = getelementptr inbounds nuw i8, ptr %314, i64 1
  %318 = load i8, ptr %317, align 1
  %319 = icmp eq i8 %318, 90
  br i1 %319, label %329, label %320

320:                                              ; preds = %316
  %321 = icmp eq ptr %309, %274
  br i1 %321, label %1027, label %322

322:                                              ; preds = %320
  %323 = call i32 @strcmp(ptr noundef nonnull dereferenceable(1) %314, ptr noundef nonnull dereferenceable(1) %309) #12
  %324 = icmp eq i32 %323, 0
  br i1 %324, label %325, label %1027

325:                                              ; preds = %322
  %326 = call i64 @strlen(ptr noundef nonnull dereferenceable(1) %314) #12
  %327 = getelementptr i8, ptr %309, i64 %326
  %328 = getelementptr i8, ptr %327, i64 1
  br label %329

329:                                              ; preds = %325, %316, %307
  %330 = phi ptr [ %328, %325 ], [ %309, %307 ], [ %309, %316 ]
  %331 = add i64 %308, 1
  %332 = icmp eq i64 %331, %234
  br i1 %332, label %333, label %307, !llvm.loop !7

333:                                              ; preds = %329, %303
  %334 = phi ptr [ %271, %303 ], [ %330, %329 ]
  %335 = icmp eq ptr %334, %274
  br i1 %335, label %336, label %1027

336:                                              ; preds = %333
  %337 = getelementptr inbounds nuw i8, ptr %20, i64 16496
  %338 = getelementptr inbounds nuw i8, ptr %25, i64 392
  %339 = load i64, ptr %338, align 8
  %340 = getelementptr inbounds i8, ptr %25, i64 %339
  %341 = getelementptr inbounds nuw i8, ptr %25, i64 400
  %342 = load i64, ptr %341, align 8
  %343 = shl i64 %342, 3
  call void @llvm.memcpy.p0.p0.i64(ptr nonnull align 8 %337, ptr nonnull align 8 %340, i64 %343, i1 false)
  %344 = load i64, ptr %41, align 8
  %345 = getelementptr inbounds nuw i8, ptr %25, i64 72
  %346 = load i64, ptr %345, align 8
  %347 = getelementptr inbounds i64, ptr %337, i64 %346
  store i64 %344, ptr %347, align 8
  %348 = getelementptr inbounds nuw i8, ptr %25, i64 80
  %349 = load i64, ptr %348, align 8
  %350 = icmp sgt i64 %349, -1
  br i1 %350, label %351, label %354

351:                                              ; preds = %336
  %352 = load i64, ptr %49, align 8
  %353 = getelementptr inbounds nuw i64, ptr %337, i64 %349
  store i64 %352, ptr %353, align 8
  br label %354

354:                                              ; preds = %351, %336
  %355 = getelementptr inbounds nuw i8, ptr %25, i64 88
  %356 = load i64, ptr %355, align 8
  %357 = icmp sgt i64 %356, -1
  br i1 %357, label %358, label %361

358:                                              ; preds = %354
  %359 = load i64, ptr %57, align 8
  %360 = getelementptr inbounds nuw i64, ptr %337, i64 %356
  store i64 %359, ptr %360, align 8
  br label %361

361:                                              ; preds = %358, %354
  %362 = load ptr, ptr %20, align 8
  %363 = getelementptr inbounds nuw i8, ptr %362, i64 288
  %364 = load i64, ptr %363, align 8
  %365 = icmp slt i64 %364, 6
  %366 = udiv i64 %364, 3
  %367 = select i1 %365, i64 1, i64 %366
  %368 = load i64, ptr %65, align 8
  %369 = icmp eq i64 %368, 0
  br i1 %369, label %1027, label %370

370:                                              ; preds = %361
  %371 = load ptr, ptr %58, align 8
  %372 = call ptr @memchr(ptr noundef %371, i32 noundef 0, i64 noundef %368) #12
  %373 = icmp eq ptr %372, null
  br i1 %373, label %374, label %1027

374:                                              ; preds = %370
  %375 = call fastcc i32 @is_string(ptr noundef nonnull %362, ptr noundef %371) #13
  %376 = icmp eq i32 %375, 0
  br i1 %376, label %377, label %1027

377:                                              ; preds = %374
  %378 = icmp sgt i64 %364, 0
  br i1 %378, label %379, label %475

379:                                              ; preds = %377
  %380 = getelementptr inbounds nuw i8, ptr %362, i64 280
  %381 = getelementptr inbounds nuw i8, ptr %20, i64 37016
  %382 = getelementptr inbounds nuw i8, ptr %20, i64 28824
  br label %383

383:                                              ; preds = %466, %379
  %384 = phi i64 [ 0, %379 ], [ %469, %466 ]
  %385 = phi i64 [ 0, %379 ], [ %470, %466 ]
  %386 = load i64, ptr %380, align 8
  %387 = getelementptr inbounds i8, ptr %362, i64 %386
  %388 = getelementptr inbounds nuw i64, ptr %387, i64 %385
  %389 = load i64, ptr %388, align 8
  %390 = load ptr, ptr %228, align 8
  %391 = load ptr, ptr %232, align 8
  %392 = mul nsw i64 %389, 24
  %393 = getelementptr inbounds i8, ptr %391, i64 %392
  %394 = load i32, ptr %393, align 1
  %395 = zext i32 %394 to i64
  %396 = getelementptr inbounds nuw i8, ptr %390, i64 %395
  %397 = load i8, ptr %396, align 1
  %398 = icmp eq i8 %397, 0
  br i1 %398, label %409, label %399

399:                                              ; preds = %383, %399
  %400 = phi i8 [ %407, %399 ], [ %397, %383 ]
  %401 = phi i32 [ %406, %399 ], [ 5381, %383 ]
  %402 = phi ptr [ %404, %399 ], [ %396, %383 ]
  %403 = mul i32 %401, 33
  %404 = getelementptr inbounds nuw i8, ptr %402, i64 1
  %405 = zext i8 %400 to i32
  %406 = add i32 %403, %405
  %407 = load i8, ptr %404, align 1
  %408 = icmp eq i8 %407, 0
  br i1 %408, label %409, label %399, !llvm.loop !8

409:                                              ; preds = %399, %383
  %410 = phi i32 [ 5381, %383 ], [ %406, %399 ]
  %411 = icmp eq i64 %385, 0
  br i1 %411, label %456, label %412

412:                                              ; preds = %409
  %413 = zext i32 %410 to i64
  %414 = urem i64 %413, %367
  br label %415

415:                                              ; preds = %423, %412
  %416 = phi i64 [ %385, %412 ], [ %417, %423 ]
  %417 = add nsw i64 %416, -1
  %418 = getelementptr inbounds i32, ptr %381, i64 %417
  %419 = load i32, ptr %418, align 4
  %420 = zext i32 %419 to i64
  %421 = urem i64 %420, %367
  %422 = icmp samesign ugt i64 %421, %414
  br i1 %422, label %423, label %429

423:                                              ; preds = %415
  %424 = getelementptr inbounds i32, ptr %381, i64 %416
  store i32 %419, ptr %424, align 4
  %425 = getelementptr inbounds i64, ptr %382, i64 %417
  %426 = load i64, ptr %425, align 8
  %427 = getelementptr inbounds i64, ptr %382, i64 %416
  store i64 %426, ptr %427, align 8
  %428 = icmp eq i64 %417, 0
  br i1 %428, label %456, label %415, !llvm.loop !9

429:                                              ; preds = %415
  %430 = icmp sgt i64 %416, 0
  br i1 %430, label %431, label %456

431:                                              ; preds = %429
  %432 = load ptr, ptr %228, align 8
  %433 = load ptr, ptr %232, align 8
  br label %434

434:                                              ; preds = %431, %454
  %435 = phi i64 [ %436, %454 ], [ %416, %431 ]
  %436 = add nsw i64 %435, -1
  %437 = getelementptr inbounds nuw i32, ptr %381, i64 %436
  %438 = load i32, ptr %437, align 4
  %439 = zext i32 %438 to i64
  %440 = urem i64 %439, %367
  %441 = icmp eq i64 %440, %414
  br i1 %441, label %442, label %456

442:                                              ; preds = %434
  %443 = icmp eq i32 %438, %410
  br i1 %443, label %444, label %454

444:                                              ; preds = %442
  %445 = getelementptr inbounds nuw i64, ptr %382, i64 %436
  %446 = load i64, ptr %445, align 8
  %447 = mul nsw i64 %446, 24
  %448 = getelementptr inbounds i8, ptr %433, i64 %447
  %449 = load i32, ptr %448, align 1
  %450 = zext i32 %449 to i64
  %451 = getelementptr inbounds nuw i8, ptr %432, i64 %450
  %452 = call i32 @strcmp(ptr noundef nonnull dereferenceable(1) %451, ptr noundef nonnull dereferenceable(1) %396) #12
  %453 = icmp eq i32 %452, 0
  br i1 %453, label %1027, label %454

454:                                              ; preds = %444, %442
  %455 = icmp samesign ugt i64 %435, 1
  br i1 %455, label %434, label %456, !llvm.loop !10

456:                                              ; preds = %423, %454, %434, %429, %409
  %457 = phi i64 [ 0, %409 ], [ %416, %429 ], [ %416, %454 ], [ %416, %434 ], [ 0, %423 ]
  %458 = getelementptr inbounds i32, ptr %381, i64 %457
  store i32 %410, ptr %458, align 4
  %459 = getelementptr inbounds i64, ptr %382, i64 %457
  store i64 %389, ptr %459, align 8
  %460 = call fastcc i32 @is_string(ptr noundef nonnull %362, ptr noundef nonnull %396) #13
  %461 = icmp eq i32 %460, 0
  br i1 %461, label %462, label %1027

462:                                              ; preds = %456
  %463 = load ptr, ptr %58, align 8
  %464 = call i32 @strcmp(ptr noundef nonnull dereferenceable(1) %396, ptr noundef nonnull dereferenceable(1) %463) #12
  %465 = icmp eq i32 %464, 0
  br i1 %465, label %1027, label %466

466:                                              ; preds = %462
  %467 = call i64 @strlen(ptr noundef nonnull dereferenceable(1) %396) #12
  %468 = add i64 %384, 1
  %469 = add i64 %468, %467
  %470 = add nuw nsw i64 %385, 1
  %471 = load i64, ptr %363, align 8
  %472 = icmp slt i64 %470, %471
  br i1 %472, label %383, label %473, !llvm.loop !11

473:                                              ; preds = %466
  %474 = load i64, ptr %65, align 8
  br label %475

475:                                              ; preds = %473, %377
  %476 = phi i64 [ %368, %377 ], [ %474, %473 ]
  %477 = phi i64 [ 0, %377 ], [ %469, %473 ]
  %478 = getelementptr inbounds nuw i8, ptr %362, i64 528
  %479 = load i64, ptr %478, align 8
  %480 = add nsw i64 %479, %477
  %481 = getelementptr inbounds nuw i8, ptr %20, i64 19600
  store i64 %480, ptr %481, align 8
  %482 = getelementptr inbounds nuw i8, ptr %362, i64 544
  %483 = load i64, ptr %482, align 8
  %484 = add i64 %476, 1
  %485 = add i64 %484, %480
  %486 = add i64 %485, %483
  %487 = getelementptr inbounds nuw i8, ptr %362, i64 112
  %488 = load i64, ptr %487, align 8
  %489 = getelementptr inbounds i64, ptr %337, i64 %488
  store i64 %486, ptr %489, align 8
  %490 = load i64, ptr %238, align 8
  %491 = getelementptr inbounds nuw i8, ptr %362, i64 176
  %492 = load i64, ptr %491, align 8
  %493 = getelementptr inbounds i64, ptr %337, i64 %492
  store i64 %490, ptr %493, align 8
  %494 = load ptr, ptr %20, align 8
  %495 = getelementptr inbounds nuw i8, ptr %494, i64 208
  %496 = load i64, ptr %495, align 8
  %497 = icmp sgt i64 %496, 0
  br i1 %497, label %498, label %500

498:                                              ; preds = %475
  %499 = getelementptr inbounds nuw i8, ptr %20, i64 12400
  br label %506

500:                                              ; preds = %506, %475
  %501 = getelementptr inbounds nuw i8, ptr %494, i64 464
  %502 = load i64, ptr %501, align 8
  %503 = icmp sgt i64 %502, 0
  br i1 %503, label %504, label %512

504:                                              ; preds = %500
  %505 = getelementptr inbounds nuw i8, ptr %494, i64 456
  br label %520

506:                                              ; preds = %506, %498
  %507 = phi i64 [ 0, %498 ], [ %509, %506 ]
  %508 = getelementptr inbounds nuw i64, ptr %499, i64 %507
  store i64 0, ptr %508, align 8
  %509 = add nuw nsw i64 %507, 1
  %510 = load i64, ptr %495, align 8
  %511 = icmp slt i64 %509, %510
  br i1 %511, label %506, label %500, !llvm.loop !12

512:                                              ; preds = %520, %500
  %513 = getelementptr inbounds nuw i8, ptr %494, i64 480
  %514 = load i64, ptr %513, align 8
  %515 = icmp sgt i64 %514, 0
  br i1 %515, label %516, label %571

516:                                              ; preds = %512
  %517 = getelementptr inbounds nuw i8, ptr %494, i64 472
  %518 = getelementptr inbounds nuw i8, ptr %494, i64 488
  %519 = getelementptr inbounds nuw i8, ptr %20, i64 12400
  br label %534

520:                                              ; preds = %520, %504
  %521 = phi i64 [ 0, %504 ], [ %531, %520 ]
  %522 = load i64, ptr %505, align 8
  %523 = getelementptr inbounds i8, ptr %494, i64 %522
  %524 = getelementptr inbounds nuw %struct.Single, ptr %523, i64 %521
  %525 = load i64, ptr %524, align 8
  %526 = getelementptr inbounds nuw i8, ptr %524, i64 8
  %527 = load i64, ptr %526, align 8
  %528 = getelementptr inbounds i64, ptr %100, i64 %527
  %529 = load i64, ptr %528, align 8
  %530 = getelementptr inbounds i64, ptr %337, i64 %525
  store i64 %529, ptr %530, align 8
  %531 = add nuw nsw i64 %521, 1
  %532 = load i64, ptr %501, align 8
  %533 = icmp slt i64 %531, %532
  br i1 %533, label %520, label %512, !llvm.loop !13

534:                                              ; preds = %546, %516
  %535 = phi i64 [ 0, %516 ], [ %549, %546 ]
  %536 = load i64, ptr %517, align 8
  %537 = getelementptr inbounds i8, ptr %494, i64 %536
  %538 = getelementptr inbounds nuw %struct.Several, ptr %537, i64 %535
  %539 = load i64, ptr %538, align 8
  %540 = getelementptr inbounds nuw i8, ptr %538, i64 16
  %541 = load i64, ptr %540, align 8
  %542 = getelementptr inbounds nuw i8, ptr %538, i64 24
  %543 = load i64, ptr %542, align 8
  %544 = add nsw i64 %543, %541
  %545 = icmp sgt i64 %543, 0
  br i1 %545, label %552, label %546

546:                                              ; preds = %552, %534
  %547 = phi i64 [ 0, %534 ], [ %568, %552 ]
  %548 = getelementptr inbounds i64, ptr %337, i64 %539
  store i64 %547, ptr %548, align 8
  %549 = add nuw nsw i64 %535, 1
  %550 = load i64, ptr %513, align 8
  %551 = icmp slt i64 %549, %550
  br i1 %551, label %534, label %571, !llvm.loop !14

552:                                              ; preds = %534, %552
  %553 = phi i64 [ %569, %552 ], [ %541, %534 ]
  %554 = phi i64 [ %568, %552 ], [ 0, %534 ]
  %555 = load i64, ptr %518, align 8
  %556 = getelementptr inbounds i8, ptr %494, i64 %555
  %557 = getelementptr inbounds %struct.Part, ptr %556, i64 %553
  %558 = load i64, ptr %557, align 8
  %559 = getelementptr inbounds nuw i8, ptr %557, i64 8
  %560 = load i64, ptr %559, align 8
  %561 = add i64 %554, -1
  %562 = add i64 %561, %560
  %563 = sub nsw i64 0, %560
  %564 = and i64 %562, %563
  %565 = getelementptr inbounds i64, ptr %519, i64 %558
  store i64 %564, ptr %565, align 8
  %566 = getelementptr inbounds i64, ptr %100, i64 %558
  %567 = load i64, ptr %566, align 8
  %568 = add nsw i64 %564, %567
  %569 = add nsw i64 %553, 1
  %570 = icmp slt i64 %569, %544
  br i1 %570, label %552, label %546, !llvm.loop !15

571:                                              ; preds = %546, %512
  %572 = load ptr, ptr %20, align 8
  %573 = getelementptr inbounds nuw i8, ptr %572, i64 24
  %574 = load i64, ptr %573, align 8
  %575 = getelementptr inbounds %struct.Bytes, ptr %193, i64 %574
  %576 = load ptr, ptr %575, align 8
  %577 = getelementptr inbounds nuw i8, ptr %575, i64 8
  %578 = load i64, ptr %577, align 8
  call void @llvm.lifetime.start.p0(ptr nonnull %7) #10
  %579 = getelementptr inbounds nuw i8, ptr %20, i64 57496
  store i64 0, ptr %579, align 8
  %580 = load i64, ptr %573, align 8
  %581 = icmp eq i64 %580, 0
  br i1 %581, label %712, label %582

582:                                              ; preds = %571
  %583 = and i64 %578, 7
  %584 = icmp eq i64 %583, 0
  br i1 %584, label %585, label %711

585:                                              ; preds = %582
  %586 = add nsw i64 %578, -8
  %587 = icmp slt i64 %578, 1
  br i1 %587, label %662, label %588

588:                                              ; preds = %585
  %589 = add nsw i64 %578, -4
  %590 = getelementptr inbounds nuw i8, ptr %572, i64 504
  %591 = getelementptr inbounds nuw i8, ptr %572, i64 512
  br label %592

592:                                              ; preds = %654, %588
  %593 = phi i64 [ 0, %588 ], [ %657, %654 ]
  %594 = phi i64 [ 0, %588 ], [ %658, %654 ]
  %595 = phi i64 [ 0, %588 ], [ %656, %654 ]
  %596 = getelementptr inbounds nuw i8, ptr %576, i64 %594
  %597 = load i32, ptr %596, align 1
  %598 = zext i32 %597 to i64
  %599 = getelementptr inbounds nuw i8, ptr %596, i64 4
  %600 = load i32, ptr %599, align 1
  %601 = zext i32 %600 to i64
  %602 = icmp ult i32 %597, 4
  %603 = sub i64 %589, %594
  %604 = icmp slt i64 %603, %598
  %605 = select i1 %602, i1 true, i1 %604
  br i1 %605, label %711, label %606

606:                                              ; preds = %592
  %607 = icmp eq i32 %600, 0
  br i1 %607, label %613, label %608

608:                                              ; preds = %606
  %609 = icmp sgt i64 %593, 0
  br i1 %609, label %610, label %711

610:                                              ; preds = %608
  %611 = add nuw nsw i64 %594, 4
  %612 = sub i64 %611, %601
  br label %645

613:                                              ; preds = %606
  %614 = icmp eq i64 %593, 8
  br i1 %614, label %711, label %615

615:                                              ; preds = %613
  %616 = add nuw nsw i64 %598, 4
  %617 = load i64, ptr %590, align 8
  %618 = getelementptr inbounds i8, ptr %572, i64 %617
  %619 = load i64, ptr %591, align 8
  %620 = getelementptr inbounds i8, ptr %618, i64 %619
  %621 = icmp sgt i64 %619, 0
  br i1 %621, label %622, label %711

622:                                              ; preds = %615, %629
  %623 = phi ptr [ %632, %629 ], [ %618, %615 ]
  %624 = load i32, ptr %623, align 1
  %625 = icmp eq i32 %597, %624
  br i1 %625, label %626, label %629

626:                                              ; preds = %622
  %627 = call i32 @bcmp(ptr noundef nonnull dereferenceable(1) %623, ptr noundef nonnull readonly dereferenceable(1) %596, i64 range(i64 8, 4294967300) %616)
  %628 = icmp eq i32 %627, 0
  br i1 %628, label %634, label %629

629:                                              ; preds = %626, %622
  %630 = add i32 %624, 4
  %631 = zext i32 %630 to i64
  %632 = getelementptr inbounds nuw i8, ptr %623, i64 %631
  %633 = icmp ult ptr %632, %620
  br i1 %633, label %622, label %711, !llvm.loop !16

634:                                              ; preds = %626
  %635 = add nsw i64 %593, 1
  %636 = getelementptr inbounds i64, ptr %7, i64 %593
  store i64 %594, ptr %636, align 8
  %637 = add nuw nsw i64 %594, 4
  br label %654

638:                                              ; preds = %645
  %639 = icmp slt i64 %651, 0
  %640 = icmp ult i32 %597, 12
  %641 = or i1 %640, %639
  %642 = add nsw i64 %595, 1
  %643 = icmp sgt i64 %595, 2047
  %644 = select i1 %641, i1 true, i1 %643
  br i1 %644, label %711, label %654

645:                                              ; preds = %645, %610
  %646 = phi i64 [ 0, %610 ], [ %652, %645 ]
  %647 = phi i64 [ -1, %610 ], [ %651, %645 ]
  %648 = getelementptr inbounds nuw i64, ptr %7, i64 %646
  %649 = load i64, ptr %648, align 8
  %650 = icmp eq i64 %649, %612
  %651 = select i1 %650, i64 %646, i64 %647
  %652 = add nuw nsw i64 %646, 1
  %653 = icmp eq i64 %652, %593
  br i1 %653, label %638, label %645, !llvm.loop !17

654:                                              ; preds = %638, %634
  %655 = phi i64 [ %611, %638 ], [ %637, %634 ]
  %656 = phi i64 [ %642, %638 ], [ %595, %634 ]
  %657 = phi i64 [ %593, %638 ], [ %635, %634 ]
  %658 = add nuw nsw i64 %655, %598
  %659 = icmp sgt i64 %658, %586
  br i1 %659, label %660, label %592, !llvm.loop !18

660:                                              ; preds = %654
  %661 = icmp eq i64 %658, %578
  br i1 %661, label %664, label %711

662:                                              ; preds = %585
  %663 = icmp eq i64 %578, 0
  br i1 %663, label %671, label %711

664:                                              ; preds = %660
  %665 = icmp sgt i64 %657, 0
  br i1 %665, label %666, label %671

666:                                              ; preds = %664
  %667 = getelementptr inbounds nuw i8, ptr %20, i64 41112
  br label %668

668:                                              ; preds = %708, %666
  %669 = phi i64 [ 0, %666 ], [ %709, %708 ]
  %670 = getelementptr inbounds nuw i64, ptr %7, i64 %669
  br label %684

671:                                              ; preds = %708, %664, %662
  %672 = getelementptr inbounds nuw i8, ptr %572, i64 144
  %673 = load i64, ptr %672, align 8
  %674 = getelementptr inbounds i64, ptr %337, i64 %673
  %675 = load i64, ptr %674, align 8
  %676 = add nsw i64 %675, 4
  store i64 %676, ptr %674, align 8
  %677 = load i64, ptr %579, align 8
  %678 = shl nsw i64 %677, 3
  %679 = add nsw i64 %678, 12
  %680 = getelementptr inbounds nuw i8, ptr %572, i64 152
  %681 = load i64, ptr %680, align 8
  %682 = getelementptr inbounds i64, ptr %337, i64 %681
  store i64 %679, ptr %682, align 8
  %683 = load ptr, ptr %20, align 8
  br label %712

684:                                              ; preds = %702, %668
  %685 = phi i64 [ 0, %668 ], [ %706, %702 ]
  %686 = getelementptr inbounds nuw i8, ptr %576, i64 %685
  %687 = getelementptr inbounds nuw i8, ptr %686, i64 4
  %688 = load i32, ptr %687, align 1
  %689 = icmp eq i32 %688, 0
  br i1 %689, label %690, label %692

690:                                              ; preds = %684
  %691 = add nuw nsw i64 %685, 4
  br label %702

692:                                              ; preds = %684
  %693 = zext i32 %688 to i64
  %694 = add nuw nsw i64 %685, 4
  %695 = sub i64 %694, %693
  %696 = load i64, ptr %670, align 8
  %697 = icmp eq i64 %695, %696
  br i1 %697, label %698, label %702

698:                                              ; preds = %692
  %699 = load i64, ptr %579, align 8
  %700 = add nsw i64 %699, 1
  store i64 %700, ptr %579, align 8
  %701 = getelementptr inbounds i64, ptr %667, i64 %699
  store i64 %685, ptr %701, align 8
  br label %702

702:                                              ; preds = %698, %692, %690
  %703 = phi i64 [ %691, %690 ], [ %694, %698 ], [ %694, %692 ]
  %704 = load i32, ptr %686, align 1
  %705 = zext i32 %704 to i64
  %706 = add nuw nsw i64 %703, %705
  %707 = icmp slt i64 %706, %578
  br i1 %707, label %684, label %708, !llvm.loop !19

708:                                              ; preds = %702
  %709 = add nuw nsw i64 %669, 1
  %710 = icmp eq i64 %709, %657
  br i1 %710, label %671, label %668, !llvm.loop !20

711:                                              ; preds = %638, %615, %613, %608, %592, %629, %662, %660, %582
  call void @llvm.lifetime.end.p0(ptr nonnull %7) #10
  br label %1027

712:                                              ; preds = %671, %571
  %713 = phi ptr [ %683, %671 ], [ %572, %571 ]
  call void @llvm.lifetime.end.p0(ptr nonnull %7) #10
  %714 = getelementptr inbounds nuw i8, ptr %713, i64 48
  %715 = load i64, ptr %714, align 8
  %716 = getelementptr inbounds nuw i8, ptr %713, i64 56
  %717 = load i64, ptr %716, align 8
  %718 = add nsw i64 %717, %715
  %719 = getelementptr inbounds nuw i8, ptr %713, i64 64
  %720 = load i64, ptr %719, align 8
  %721 = add nsw i64 %718, %720
  %722 = getelementptr inbounds nuw i8, ptr %713, i64 40
  %723 = load i64, ptr %722, align 8
  %724 = icmp sgt i64 %715, 0
  br i1 %724, label %725, label %747

725:                                              ; preds = %712
  %726 = getelementptr inbounds nuw i8, ptr %713, i64 408
  %727 = getelementptr inbounds nuw i8, ptr %20, i64 17520
  %728 = getelementptr inbounds nuw i8, ptr %20, i64 18544
  br label %729

729:                                              ; preds = %729, %725
  %730 = phi i64 [ 0, %725 ], [ %745, %729 ]
  %731 = phi i64 [ %723, %725 ], [ %744, %729 ]
  %732 = load i64, ptr %726, align 8
  %733 = getelementptr inbounds i8, ptr %713, i64 %732
  %734 = getelementptr inbounds nuw i64, ptr %733, i64 %730
  %735 = load i64, ptr %734, align 8
  %736 = add i64 %731, -1
  %737 = add i64 %736, %735
  %738 = sub nsw i64 0, %735
  %739 = and i64 %737, %738
  %740 = getelementptr inbounds nuw i64, ptr %727, i64 %730
  store i64 %739, ptr %740, align 8
  %741 = getelementptr inbounds nuw i64, ptr %728, i64 %730
  store i64 %739, ptr %741, align 8
  %742 = getelementptr inbounds nuw i64, ptr %337, i64 %730
  %743 = load i64, ptr %742, align 8
  %744 = add nsw i64 %743, %739
  %745 = add nuw nsw i64 %730, 1
  %746 = icmp eq i64 %745, %715
  br i1 %746, label %747, label %729, !llvm.loop !21

747:                                              ; preds = %729, %712
  %748 = phi i64 [ %723, %712 ], [ %744, %729 ]
  %749 = getelementptr inbounds nuw i8, ptr %20, i64 19568
  store i64 %748, ptr %749, align 8
  %750 = load i64, ptr %714, align 8
  %751 = load i64, ptr %716, align 8
  %752 = getelementptr inbounds nuw i8, ptr %713, i64 32
  %753 = load i64, ptr %752, align 8
  %754 = add nsw i64 %751, %750
  %755 = icmp sgt i64 %751, 0
  br i1 %755, label %756, label %781

756:                                              ; preds = %747
  %757 = getelementptr inbounds nuw i8, ptr %713, i64 408
  %758 = getelementptr inbounds nuw i8, ptr %20, i64 17520
  %759 = getelementptr inbounds nuw i8, ptr %20, i64 18544
  br label %760

760:                                              ; preds = %760, %756
  %761 = phi i64 [ %750, %756 ], [ %777, %760 ]
  %762 = phi i64 [ %748, %756 ], [ %776, %760 ]
  %763 = load i64, ptr %757, align 8
  %764 = getelementptr inbounds i8, ptr %713, i64 %763
  %765 = getelementptr inbounds i64, ptr %764, i64 %761
  %766 = load i64, ptr %765, align 8
  %767 = add i64 %762, -1
  %768 = add i64 %767, %766
  %769 = sub nsw i64 0, %766
  %770 = and i64 %768, %769
  %771 = getelementptr inbounds i64, ptr %758, i64 %761
  store i64 %770, ptr %771, align 8
  %772 = add nsw i64 %770, %753
  %773 = getelementptr inbounds i64, ptr %759, i64 %761
  store i64 %772, ptr %773, align 8
  %774 = getelementptr inbounds i64, ptr %337, i64 %761
  %775 = load i64, ptr %774, align 8
  %776 = add nsw i64 %775, %770
  %777 = add nsw i64 %761, 1
  %778 = icmp slt i64 %777, %754
  br i1 %778, label %760, label %779, !llvm.loop !21

779:                                              ; preds = %760
  %780 = load ptr, ptr %20, align 8
  br label %781

781:                                              ; preds = %779, %747
  %782 = phi ptr [ %713, %747 ], [ %780, %779 ]
  %783 = phi i64 [ %748, %747 ], [ %776, %779 ]
  %784 = getelementptr inbounds nuw i8, ptr %20, i64 19576
  store i64 %783, ptr %784, align 8
  %785 = load i64, ptr %714, align 8
  %786 = load i64, ptr %716, align 8
  %787 = add nsw i64 %786, %785
  %788 = load i64, ptr %719, align 8
  %789 = load i64, ptr %752, align 8
  %790 = add nsw i64 %788, %787
  %791 = icmp sgt i64 %788, 0
  br i1 %791, label %792, label %817

792:                                              ; preds = %781
  %793 = getelementptr inbounds nuw i8, ptr %782, i64 408
  %794 = getelementptr inbounds nuw i8, ptr %20, i64 17520
  %795 = getelementptr inbounds nuw i8, ptr %20, i64 18544
  br label %796

796:                                              ; preds = %796, %792
  %797 = phi i64 [ %787, %792 ], [ %813, %796 ]
  %798 = phi i64 [ %783, %792 ], [ %812, %796 ]
  %799 = load i64, ptr %793, align 8
  %800 = getelementptr inbounds i8, ptr %782, i64 %799
  %801 = getelementptr inbounds i64, ptr %800, i64 %797
  %802 = load i64, ptr %801, align 8
  %803 = add i64 %798, -1
  %804 = add i64 %803, %802
  %805 = sub nsw i64 0, %802
  %806 = and i64 %804, %805
  %807 = getelementptr inbounds i64, ptr %794, i64 %797
  store i64 %806, ptr %807, align 8
  %808 = add nsw i64 %806, %789
  %809 = getelementptr inbounds i64, ptr %795, i64 %797
  store i64 %808, ptr %809, align 8
  %810 = getelementptr inbounds i64, ptr %337, i64 %797
  %811 = load i64, ptr %810, align 8
  %812 = add nsw i64 %811, %806
  %813 = add nsw i64 %797, 1
  %814 = icmp slt i64 %813, %790
  br i1 %814, label %796, label %815, !llvm.loop !21

815:                                              ; preds = %796
  %816 = load i64, ptr %784, align 8
  br label %817

817:                                              ; preds = %815, %781
  %818 = phi i64 [ %783, %781 ], [ %816, %815 ]
  %819 = phi i64 [ %783, %781 ], [ %812, %815 ]
  %820 = getelementptr inbounds nuw i8, ptr %20, i64 19584
  store i64 %819, ptr %820, align 8
  %821 = load i64, ptr %719, align 8
  %822 = icmp sgt i64 %821, 0
  br i1 %822, label %823, label %828

823:                                              ; preds = %817
  %824 = sub nsw i64 %721, %821
  %825 = getelementptr inbounds nuw i8, ptr %20, i64 17520
  br label %863

826:                                              ; preds = %863
  %827 = load i64, ptr %784, align 8
  br label %828

828:                                              ; preds = %826, %817
  %829 = phi i64 [ %827, %826 ], [ %818, %817 ]
  %830 = getelementptr inbounds nuw i8, ptr %713, i64 400
  %831 = load i64, ptr %830, align 8
  %832 = load ptr, ptr %20, align 8
  %833 = icmp sgt i64 %831, %721
  br i1 %833, label %834, label %856

834:                                              ; preds = %828
  %835 = getelementptr inbounds nuw i8, ptr %832, i64 408
  %836 = getelementptr inbounds nuw i8, ptr %20, i64 17520
  %837 = getelementptr inbounds nuw i8, ptr %20, i64 18544
  br label %838

838:                                              ; preds = %838, %834
  %839 = phi i64 [ %721, %834 ], [ %854, %838 ]
  %840 = phi i64 [ %829, %834 ], [ %853, %838 ]
  %841 = load i64, ptr %835, align 8
  %842 = getelementptr inbounds i8, ptr %832, i64 %841
  %843 = getelementptr inbounds i64, ptr %842, i64 %839
  %844 = load i64, ptr %843, align 8
  %845 = add i64 %840, -1
  %846 = add i64 %845, %844
  %847 = sub nsw i64 0, %844
  %848 = and i64 %846, %847
  %849 = getelementptr inbounds i64, ptr %836, i64 %839
  store i64 %848, ptr %849, align 8
  %850 = getelementptr inbounds i64, ptr %837, i64 %839
  store i64 %848, ptr %850, align 8
  %851 = getelementptr inbounds i64, ptr %337, i64 %839
  %852 = load i64, ptr %851, align 8
  %853 = add nsw i64 %852, %848
  %854 = add nsw i64 %839, 1
  %855 = icmp slt i64 %854, %831
  br i1 %855, label %838, label %856, !llvm.loop !21

856:                                              ; preds = %838, %828
  %857 = phi i64 [ %829, %828 ], [ %853, %838 ]
  %858 = getelementptr inbounds nuw i8, ptr %20, i64 19592
  store i64 %857, ptr %858, align 8
  %859 = load i64, ptr %830, align 8
  %860 = icmp slt i64 %721, %859
  br i1 %860, label %861, label %870

861:                                              ; preds = %856
  %862 = getelementptr inbounds nuw i8, ptr %20, i64 18544
  br label %876

863:                                              ; preds = %863, %823
  %864 = phi i64 [ %824, %823 ], [ %866, %863 ]
  %865 = getelementptr inbounds i64, ptr %825, i64 %864
  store i64 %818, ptr %865, align 8
  %866 = add nsw i64 %864, 1
  %867 = icmp slt i64 %866, %721
  br i1 %867, label %863, label %826, !llvm.loop !22

868:                                              ; preds = %876
  %869 = load i64, ptr %858, align 8
  br label %870

870:                                              ; preds = %868, %856
  %871 = phi i64 [ %869, %868 ], [ %857, %856 ]
  %872 = load i64, ptr %820, align 8
  %873 = icmp sgt i64 %872, 70368744177664
  %874 = icmp sgt i64 %871, 67108864
  %875 = select i1 %873, i1 true, i1 %874
  br i1 %875, label %1027, label %882

876:                                              ; preds = %876, %861
  %877 = phi i64 [ %721, %861 ], [ %879, %876 ]
  %878 = getelementptr inbounds i64, ptr %862, i64 %877
  store i64 0, ptr %878, align 8
  %879 = add nsw i64 %877, 1
  %880 = load i64, ptr %830, align 8
  %881 = icmp slt i64 %879, %880
  br i1 %881, label %876, label %868, !llvm.loop !23

882:                                              ; preds = %870
  %883 = load ptr, ptr %20, align 8
  %884 = getelementptr inbounds nuw i8, ptr %883, i64 464
  %885 = load i64, ptr %884, align 8
  %886 = icmp sgt i64 %885, 0
  br i1 %886, label %887, label %891

887:                                              ; preds = %882
  %888 = getelementptr inbounds nuw i8, ptr %883, i64 456
  %889 = getelementptr inbounds nuw i8, ptr %20, i64 18544
  %890 = getelementptr inbounds nuw i8, ptr %20, i64 12400
  br label %900

891:                                              ; preds = %900, %882
  %892 = getelementptr inbounds nuw i8, ptr %883, i64 480
  %893 = load i64, ptr %892, align 8
  %894 = icmp sgt i64 %893, 0
  br i1 %894, label %895, label %914

895:                                              ; preds = %891
  %896 = getelementptr inbounds nuw i8, ptr %883, i64 472
  %897 = getelementptr inbounds nuw i8, ptr %20, i64 18544
  %898 = getelementptr inbounds nuw i8, ptr %20, i64 12400
  %899 = getelementptr inbounds nuw i8, ptr %883, i64 488
  br label %923

900:                                              ; preds = %900, %887
  %901 = phi i64 [ 0, %887 ], [ %911, %900 ]
  %902 = load i64, ptr %888, align 8
  %903 = getelementptr inbounds i8, ptr %883, i64 %902
  %904 = getelementptr inbounds nuw %struct.Single, ptr %903, i64 %901
  %905 = load i64, ptr %904, align 8
  %906 = getelementptr inbounds nuw i8, ptr %904, i64 8
  %907 = load i64, ptr %906, align 8
  %908 = getelementptr inbounds i64, ptr %889, i64 %905
  %909 = load i64, ptr %908, align 8
  %910 = getelementptr inbounds i64, ptr %890, i64 %907
  store i64 %909, ptr %910, align 8
  %911 = add nuw nsw i64 %901, 1
  %912 = load i64, ptr %884, align 8
  %913 = icmp slt i64 %911, %912
  br i1 %913, label %900, label %891, !llvm.loop !24

914:                                              ; preds = %940, %891
  %915 = getelementptr inbounds nuw i8, ptr %883, i64 240
  %916 = load i64, ptr %915, align 8
  %917 = icmp sgt i64 %916, 0
  br i1 %917, label %918, label %956

918:                                              ; preds = %914
  %919 = load ptr, ptr %232, align 8
  %920 = getelementptr inbounds nuw i8, ptr %20, i64 12400
  %921 = getelementptr inbounds nuw i8, ptr %883, i64 376
  %922 = getelementptr inbounds nuw i8, ptr %20, i64 19608
  br label %966

923:                                              ; preds = %940, %895
  %924 = phi i64 [ %893, %895 ], [ %941, %940 ]
  %925 = phi i64 [ 0, %895 ], [ %942, %940 ]
  %926 = load i64, ptr %896, align 8
  %927 = getelementptr inbounds i8, ptr %883, i64 %926
  %928 = getelementptr inbounds nuw %struct.Several, ptr %927, i64 %925
  %929 = getelementptr inbounds nuw i8, ptr %928, i64 16
  %930 = load i64, ptr %929, align 8
  %931 = getelementptr inbounds nuw i8, ptr %928, i64 24
  %932 = load i64, ptr %931, align 8
  %933 = add nsw i64 %932, %930
  %934 = icmp sgt i64 %932, 0
  br i1 %934, label %935, label %940

935:                                              ; preds = %923
  %936 = load i64, ptr %928, align 8
  %937 = getelementptr inbounds i64, ptr %897, i64 %936
  br label %944

938:                                              ; preds = %944
  %939 = load i64, ptr %892, align 8
  br label %940

940:                                              ; preds = %938, %923
  %941 = phi i64 [ %939, %938 ], [ %924, %923 ]
  %942 = add nuw nsw i64 %925, 1
  %943 = icmp slt i64 %942, %941
  br i1 %943, label %923, label %914, !llvm.loop !25

944:                                              ; preds = %944, %935
  %945 = phi i64 [ %930, %935 ], [ %954, %944 ]
  %946 = load i64, ptr %937, align 8
  %947 = load i64, ptr %899, align 8
  %948 = getelementptr inbounds i8, ptr %883, i64 %947
  %949 = getelementptr inbounds %struct.Part, ptr %948, i64 %945
  %950 = load i64, ptr %949, align 8
  %951 = getelementptr inbounds i64, ptr %898, i64 %950
  %952 = load i64, ptr %951, align 8
  %953 = add nsw i64 %952, %946
  store i64 %953, ptr %951, align 8
  %954 = add nsw i64 %945, 1
  %955 = icmp slt i64 %954, %933
  br i1 %955, label %944, label %938, !llvm.loop !26

956:                                              ; preds = %980, %914
  %957 = getelementptr inbounds nuw i8, ptr %883, i64 256
  %958 = load i64, ptr %957, align 8
  %959 = icmp sgt i64 %958, 0
  br i1 %959, label %960, label %989

960:                                              ; preds = %956
  %961 = getelementptr inbounds nuw i8, ptr %883, i64 248
  %962 = load i64, ptr %961, align 8
  %963 = getelementptr inbounds i8, ptr %883, i64 %962
  %964 = getelementptr inbounds nuw i8, ptr %20, i64 19608
  %965 = load ptr, ptr %232, align 8
  br label %998

966:                                              ; preds = %980, %918
  %967 = phi i64 [ 0, %918 ], [ %983, %980 ]
  %968 = mul nuw nsw i64 %967, 24
  %969 = getelementptr inbounds nuw i8, ptr %919, i64 %968
  %970 = getelementptr inbounds nuw i8, ptr %969, i64 8
  %971 = load i64, ptr %970, align 1
  %972 = load i64, ptr %921, align 8
  %973 = getelementptr inbounds i8, ptr %883, i64 %972
  %974 = getelementptr inbounds nuw i64, ptr %973, i64 %967
  %975 = load i64, ptr %974, align 8
  %976 = getelementptr inbounds i64, ptr %920, i64 %975
  %977 = load i64, ptr %976, align 8
  %978 = call { i64, i1 } @llvm.uadd.with.overflow.i64(i64 %971, i64 %977)
  %979 = extractvalue { i64, i1 } %978, 1
  br i1 %979, label %1027, label %980

980:                                              ; preds = %966
  %981 = extractvalue { i64, i1 } %978, 0
  %982 = getelementptr inbounds nuw i64, ptr %922, i64 %967
  store i64 %981, ptr %982, align 8
  %983 = add nuw nsw i64 %967, 1
  %984 = load i64, ptr %915, align 8
  %985 = icmp slt i64 %983, %984
  br i1 %985, label %966, label %956, !llvm.loop !27

986:                                              ; preds = %1005
  %987 = add nuw nsw i64 %999, 1
  %988 = icmp eq i64 %987, %958
  br i1 %988, label %989, label %998, !llvm.loop !28

989:                                              ; preds = %986, %956
  %990 = getelementptr inbounds nuw i8, ptr %883, i64 640
  %991 = load i64, ptr %990, align 8
  %992 = icmp sgt i64 %991, 0
  br i1 %992, label %993, label %1029

993:                                              ; preds = %989
  %994 = getelementptr inbounds nuw i8, ptr %883, i64 632
  %995 = getelementptr inbounds nuw i8, ptr %20, i64 18544
  %996 = getelementptr inbounds nuw i8, ptr %883, i64 136
  %997 = getelementptr inbounds nuw i8, ptr %20, i64 19608
  br label %1011

998:                                              ; preds = %986, %960
  %999 = phi i64 [ 0, %960 ], [ %987, %986 ]
  %1000 = getelementptr inbounds nuw i64, ptr %963, i64 %999
  %1001 = load i64, ptr %1000, align 8
  %1002 = getelementptr inbounds i64, ptr %964, i64 %1001
  %1003 = load i64, ptr %1002, align 8
  %1004 = icmp eq i64 %1003, 0
  br i1 %1004, label %1005, label %1027

1005:                                             ; preds = %998
  %1006 = mul nsw i64 %1001, 24
  %1007 = getelementptr inbounds i8, ptr %965, i64 %1006
  %1008 = getelementptr inbounds nuw i8, ptr %1007, i64 16
  %1009 = load i64, ptr %1008, align 1
  %1010 = icmp eq i64 %1009, 0
  br i1 %1010, label %986, label %1027

1011:                                             ; preds = %1011, %993
  %1012 = phi i64 [ 0, %993 ], [ %1024, %1011 ]
  %1013 = load i64, ptr %996, align 8
  %1014 = getelementptr inbounds i64, ptr %995, i64 %1013
  %1015 = load i64, ptr %1014, align 8
  %1016 = load i64, ptr %994, align 8
  %1017 = getelementptr inbounds i8, ptr %883, i64 %1016
  %1018 = getelementptr inbounds nuw i64, ptr %1017, i64 %1012
  %1019 = load i64, ptr %1018, align 8
  %1020 = add nsw i64 %1019, %1015
  %1021 = load i64, ptr %915, align 8
  %1022 = getelementptr i64, ptr %997, i64 %1021
  %1023 = getelementptr i64, ptr %1022, i64 %1012
  store i64 %1020, ptr %1023, align 8
  %1024 = add nuw nsw i64 %1012, 1
  %1025 = load i64, ptr %990, align 8
  %1026 = icmp slt i64 %1024, %1025
  br i1 %1026, label %1011, label %1029, !llvm.loop !29

1027:                                             ; preds = %161, %168, %153, %141, %127, %115, %134, %121, %104, %147, %197, %210, %264, %255, %285, %320, %307, %322, %456, %462, %444, %966, %998, %1005, %370, %374, %361, %870, %711, %241, %247, %219, %237, %180, %80, %94, %71, %62, %333
  %1028 = call ptr @PyBytes_FromStringAndSize(ptr noundef nonnull @.str, i64 noundef 0) #11
  br label %1045

1029:                                             ; preds = %1011, %989
  %1030 = load i64, ptr %858, align 8
  %1031 = add i64 %1030, 7
  %1032 = and i64 %1031, -8
  %1033 = load ptr, ptr %20, align 8
  %1034 = getelementptr inbounds nuw i8, ptr %1033, i64 720
  %1035 = load i64, ptr %1034, align 8
  %1036 = add nsw i64 %1032, %1035
  %1037 = call ptr @PyBytes_FromStringAndSize(ptr noundef null, i64 noundef %1036) #11
  %1038 = icmp eq ptr %1037, null
  br i1 %1038, label %1045, label %1039

1039:                                             ; preds = %1029
  %1040 = call ptr @PyBytes_AsString(ptr noundef nonnull %1037) #11
  call void @llvm.memset.p0.i64(ptr align 1 %1040, i8 0, i64 %1036, i1 false)
  %1041 = call fastcc i32 @write_image(ptr noundef %20, ptr noundef %1040, i64 noundef %1032) #13
  %1042 = icmp eq i32 %1041, 0
  br i1 %1042, label %1043, label %1045

1043:                                             ; preds = %1039
  call void @Py_DecRef(ptr noundef nonnull %1037) #11
  %1044 = call ptr @PyBytes_FromStringAndSize(ptr noundef nonnull @.str, i64 noundef 0) #11
  br label %1045

1045:                                             ; preds = %61, %52, %44, %36, %29, %23, %1029, %1039, %1043, %1027
  %1046 = phi ptr [ null, %44 ], [ %1028, %1027 ], [ null, %23 ], [ null, %36 ], [ null, %29 ], [ null, %61 ], [ null, %52 ], [ null, %1029 ], [ %1044, %1043 ], [ %1037, %1039 ]
  call void @llvm.lifetime.end.p0(ptr nonnull %20) #10
  ret ptr %1046
}

; Function Attrs: mustprogress nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.start.p0(ptr captures(none)) #1

; Function Attrs: optsize
declare ptr @PyBytes_FromStringAndSize(ptr noundef, i64 noundef) local_unnamed_addr #2

; Function Attrs: optsize
declare ptr @PyBytes_AsString(ptr noundef) local_unnamed_addr #2

; Function Attrs: mustprogress nocallback nofree nounwind willreturn memory(argmem: write)
declare void @llvm.memset.p0.i64(ptr writeonly captures(none), i8, i64, i1 immarg) #3

; Function Attrs: nofree norecurse nounwind optsize memory(readwrite, inaccessiblemem: none, target_mem0: none, target_mem1: none)
define internal fastcc range(i32 0, 2) i32 @write_image(ptr noundef nonnull readonly %0, ptr noundef %1, i64 noundef %2) unnamed_addr #4 {
  %4 = alloca i64, align 8
  %5 = alloca [1024 x i8], align 16
  %6 = alloca [512 x i64], align 16
  call void @llvm.lifetime.start.p0(ptr nonnull %6) #10
  %7 = load ptr, ptr %0, align 8
  %8 = getelementptr inbounds nuw i8, ptr %7, i64 464
  %9 = load i64, ptr %8, align 8
  %10 = icmp sgt i64 %9, 0
  br i1 %10, label %11, label %16

11:                                               ; preds = %3
  %12 = getelementptr inbounds nuw i8, ptr %7, i64 456
  %13 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  %14 = load i64, ptr %12, align 8
  %15 = getelementptr inbounds i8, ptr %7, i64 %14
  br label %28

16:                                               ; preds = %28, %3
  %17 = getelementptr inbounds nuw i8, ptr %7, i64 480
  %18 = load i64, ptr %17, align 8
  %19 = icmp sgt i64 %18, 0
  br i1 %19, label %20, label %70

20:                                               ; preds = %16
  %21 = getelementptr inbounds nuw i8, ptr %7, i64 472
  %22 = getelementptr inbounds nuw i8, ptr %7, i64 488
  %23 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  %24 = getelementptr inbounds nuw i8, ptr %0, i64 12400
  %25 = getelementptr inbounds nuw i8, ptr %0, i64 18544
  %26 = load i64, ptr %21, align 8
  %27 = getelementptr inbounds i8, ptr %7, i64 %26
  br label %39

28:                                               ; preds = %28, %11
  %29 = phi i64 [ 0, %11 ], [ %37, %28 ]
  %30 = getelementptr inbounds nuw %struct.Single, ptr %15, i64 %29
  %31 = load i64, ptr %30, align 8
  %32 = getelementptr inbounds nuw i8, ptr %30, i64 8
  %33 = load i64, ptr %32, align 8
  %34 = getelementptr inbounds i64, ptr %13, i64 %31
  %35 = load i64, ptr %34, align 8
  %36 = getelementptr inbounds i64, ptr %6, i64 %33
  store i64 %35, ptr %36, align 8
  %37 = add nuw nsw i64 %29, 1
  %38 = icmp eq i64 %37, %9
  br i1 %38, label %16, label %28, !llvm.loop !30

39:                                               ; preds = %57, %20
  %40 = phi i64 [ 0, %20 ], [ %58, %57 ]
  %41 = getelementptr inbounds nuw %struct.Several, ptr %27, i64 %40
  %42 = getelementptr inbounds nuw i8, ptr %41, i64 16
  %43 = load i64, ptr %42, align 8
  %44 = getelementptr inbounds nuw i8, ptr %41, i64 24
  %45 = load i64, ptr %44, align 8
  %46 = add nsw i64 %45, %43
  %47 = icmp sgt i64 %45, 0
  br i1 %47, label %48, label %57

48:                                               ; preds = %39
  %49 = load i64, ptr %41, align 8
  %50 = getelementptr inbounds i64, ptr %23, i64 %49
  %51 = getelementptr inbounds i64, ptr %25, i64 %49
  %52 = load i64, ptr %22, align 8
  %53 = getelementptr inbounds i8, ptr %7, i64 %52
  %54 = load i64, ptr %50, align 8
  %55 = load i64, ptr %51, align 8
  %56 = sub i64 %54, %55
  br label %60

57:                                               ; preds = %60, %39
  %58 = add nuw nsw i64 %40, 1
  %59 = icmp eq i64 %58, %18
  br i1 %59, label %70, label %39, !llvm.loop !31

60:                                               ; preds = %60, %48
  %61 = phi i64 [ %43, %48 ], [ %68, %60 ]
  %62 = getelementptr inbounds %struct.Part, ptr %53, i64 %61
  %63 = load i64, ptr %62, align 8
  %64 = getelementptr inbounds i64, ptr %24, i64 %63
  %65 = load i64, ptr %64, align 8
  %66 = add i64 %65, %56
  %67 = getelementptr inbounds i64, ptr %6, i64 %63
  store i64 %66, ptr %67, align 8
  %68 = add nsw i64 %61, 1
  %69 = icmp slt i64 %68, %46
  br i1 %69, label %60, label %57, !llvm.loop !32

70:                                               ; preds = %57, %16
  %71 = getelementptr inbounds nuw i8, ptr %7, i64 728
  %72 = load i64, ptr %71, align 8
  %73 = getelementptr inbounds i8, ptr %7, i64 %72
  tail call void @llvm.memcpy.p0.p0.i64(ptr noundef nonnull align 1 dereferenceable(64) %1, ptr noundef nonnull readonly align 1 dereferenceable(64) %73, i64 64, i1 false)
  %74 = getelementptr inbounds nuw i8, ptr %1, i64 64
  %75 = getelementptr inbounds i8, ptr %1, i64 %2
  %76 = getelementptr inbounds nuw i8, ptr %0, i64 19568
  %77 = load i64, ptr %76, align 8
  %78 = getelementptr inbounds nuw i8, ptr %7, i64 32
  %79 = load i64, ptr %78, align 8
  %80 = add nsw i64 %79, %77
  %81 = getelementptr inbounds nuw i8, ptr %0, i64 19576
  %82 = getelementptr inbounds nuw i8, ptr %1, i64 40
  %83 = getelementptr inbounds nuw i8, ptr %7, i64 680
  %84 = getelementptr inbounds nuw i8, ptr %7, i64 688
  %85 = getelementptr inbounds nuw i8, ptr %1, i64 96
  %86 = getelementptr inbounds nuw i8, ptr %1, i64 104
  %87 = getelementptr inbounds nuw i8, ptr %1, i64 128
  %88 = getelementptr inbounds nuw i8, ptr %1, i64 136
  %89 = getelementptr inbounds nuw i8, ptr %1, i64 144
  %90 = getelementptr inbounds nuw i8, ptr %1, i64 152
  %91 = load <2 x i64>, ptr %81, align 8
  %92 = insertelement <2 x i64> poison, i64 %77, i64 0
  %93 = shufflevector <2 x i64> %92, <2 x i64> poison, <2 x i32> zeroinitializer
  %94 = sub nsw <2 x i64> %91, %93
  store i64 %2, ptr %82, align 1
  %95 = load i64, ptr %83, align 8
  %96 = getelementptr inbounds i8, ptr %7, i64 %95
  %97 = load i64, ptr %84, align 8
  %98 = shl nsw i64 %97, 3
  tail call void @llvm.memcpy.p0.p0.i64(ptr nonnull align 1 %74, ptr align 1 %96, i64 %98, i1 false)
  store i64 %77, ptr %85, align 1
  store i64 %77, ptr %86, align 1
  store i64 %77, ptr %87, align 1
  store i64 %80, ptr %88, align 1
  store i64 %80, ptr %89, align 1
  store <2 x i64> %94, ptr %90, align 1
  %99 = getelementptr inbounds nuw i8, ptr %7, i64 704
  %100 = load i64, ptr %99, align 8
  %101 = icmp sgt i64 %100, 0
  br i1 %101, label %102, label %107

102:                                              ; preds = %70
  %103 = getelementptr inbounds nuw i8, ptr %7, i64 696
  %104 = getelementptr inbounds nuw i8, ptr %0, i64 18544
  %105 = getelementptr inbounds nuw i8, ptr %0, i64 16496
  %106 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  br label %120

107:                                              ; preds = %120, %70
  %108 = getelementptr inbounds nuw i8, ptr %7, i64 712
  %109 = load i64, ptr %108, align 8
  %110 = getelementptr inbounds i8, ptr %7, i64 %109
  %111 = getelementptr inbounds nuw i8, ptr %7, i64 720
  %112 = load i64, ptr %111, align 8
  tail call void @llvm.memcpy.p0.p0.i64(ptr nonnull align 1 %75, ptr align 1 %110, i64 %112, i1 false)
  %113 = getelementptr inbounds nuw i8, ptr %7, i64 400
  %114 = load i64, ptr %113, align 8
  %115 = icmp sgt i64 %114, 0
  br i1 %115, label %116, label %166

116:                                              ; preds = %107
  %117 = getelementptr inbounds nuw i8, ptr %0, i64 18544
  %118 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  %119 = getelementptr inbounds nuw i8, ptr %0, i64 16496
  br label %150

120:                                              ; preds = %120, %102
  %121 = phi i64 [ 0, %102 ], [ %147, %120 ]
  %122 = load i64, ptr %103, align 8
  %123 = getelementptr inbounds i8, ptr %7, i64 %122
  %124 = getelementptr inbounds nuw %struct.Segment, ptr %123, i64 %121
  %125 = load i64, ptr %124, align 8
  %126 = getelementptr inbounds nuw i8, ptr %124, i64 8
  %127 = load i64, ptr %126, align 8
  %128 = getelementptr inbounds nuw i8, ptr %124, i64 16
  %129 = load i64, ptr %128, align 8
  %130 = getelementptr inbounds i64, ptr %104, i64 %127
  %131 = load i64, ptr %130, align 8
  %132 = getelementptr inbounds i64, ptr %104, i64 %129
  %133 = load i64, ptr %132, align 8
  %134 = getelementptr inbounds i64, ptr %105, i64 %129
  %135 = load i64, ptr %134, align 8
  %136 = sub i64 %133, %131
  %137 = add i64 %136, %135
  %138 = getelementptr inbounds i64, ptr %106, i64 %127
  %139 = load i64, ptr %138, align 8
  %140 = shl i64 %125, 3
  %141 = getelementptr i8, ptr %74, i64 %140
  %142 = getelementptr i8, ptr %141, i64 8
  store i64 %139, ptr %142, align 1
  %143 = getelementptr i8, ptr %141, i64 16
  store i64 %131, ptr %143, align 1
  %144 = getelementptr i8, ptr %141, i64 24
  store i64 %131, ptr %144, align 1
  %145 = getelementptr i8, ptr %141, i64 32
  store i64 %137, ptr %145, align 1
  %146 = getelementptr i8, ptr %141, i64 40
  store i64 %137, ptr %146, align 1
  %147 = add nuw nsw i64 %121, 1
  %148 = load i64, ptr %99, align 8
  %149 = icmp slt i64 %147, %148
  br i1 %149, label %120, label %107, !llvm.loop !33

150:                                              ; preds = %150, %116
  %151 = phi i64 [ 0, %116 ], [ %152, %150 ]
  %152 = add nuw nsw i64 %151, 1
  %153 = shl nsw i64 %152, 6
  %154 = getelementptr inbounds nuw i8, ptr %75, i64 %153
  %155 = getelementptr inbounds nuw i8, ptr %154, i64 16
  %156 = getelementptr inbounds nuw i64, ptr %117, i64 %151
  %157 = load i64, ptr %156, align 8
  store i64 %157, ptr %155, align 1
  %158 = getelementptr inbounds nuw i8, ptr %154, i64 24
  %159 = getelementptr inbounds nuw i64, ptr %118, i64 %151
  %160 = load i64, ptr %159, align 8
  store i64 %160, ptr %158, align 1
  %161 = getelementptr inbounds nuw i8, ptr %154, i64 32
  %162 = getelementptr inbounds nuw i64, ptr %119, i64 %151
  %163 = load i64, ptr %162, align 8
  store i64 %163, ptr %161, align 1
  %164 = load i64, ptr %113, align 8
  %165 = icmp slt i64 %152, %164
  br i1 %165, label %150, label %166, !llvm.loop !34

166:                                              ; preds = %150, %107
  %167 = load ptr, ptr %0, align 8
  %168 = getelementptr inbounds nuw i8, ptr %167, i64 432
  %169 = load i64, ptr %168, align 8
  %170 = icmp sgt i64 %169, 0
  br i1 %170, label %171, label %177

171:                                              ; preds = %166
  %172 = getelementptr inbounds nuw i8, ptr %167, i64 440
  %173 = load i64, ptr %172, align 8
  %174 = getelementptr inbounds i8, ptr %167, i64 %173
  %175 = getelementptr inbounds nuw i8, ptr %167, i64 424
  %176 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  br label %216

177:                                              ; preds = %216, %166
  %178 = getelementptr inbounds nuw i8, ptr %167, i64 72
  %179 = load i64, ptr %178, align 8
  %180 = icmp sgt i64 %179, -1
  br i1 %180, label %181, label %190

181:                                              ; preds = %177
  %182 = getelementptr inbounds nuw i8, ptr %0, i64 32
  %183 = load i64, ptr %182, align 8
  %184 = getelementptr inbounds nuw i8, ptr %0, i64 24
  %185 = load ptr, ptr %184, align 8
  %186 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  %187 = getelementptr inbounds nuw i64, ptr %186, i64 %179
  %188 = load i64, ptr %187, align 8
  %189 = getelementptr inbounds i8, ptr %1, i64 %188
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %189, ptr readonly align 1 %185, i64 %183, i1 false)
  br label %190

190:                                              ; preds = %181, %177
  %191 = getelementptr inbounds nuw i8, ptr %167, i64 80
  %192 = load i64, ptr %191, align 8
  %193 = icmp sgt i64 %192, -1
  br i1 %193, label %194, label %203

194:                                              ; preds = %190
  %195 = getelementptr inbounds nuw i8, ptr %0, i64 48
  %196 = load i64, ptr %195, align 8
  %197 = getelementptr inbounds nuw i8, ptr %0, i64 40
  %198 = load ptr, ptr %197, align 8
  %199 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  %200 = getelementptr inbounds nuw i64, ptr %199, i64 %192
  %201 = load i64, ptr %200, align 8
  %202 = getelementptr inbounds i8, ptr %1, i64 %201
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %202, ptr readonly align 1 %198, i64 %196, i1 false)
  br label %203

203:                                              ; preds = %194, %190
  %204 = getelementptr inbounds nuw i8, ptr %167, i64 88
  %205 = load i64, ptr %204, align 8
  %206 = icmp sgt i64 %205, -1
  br i1 %206, label %207, label %232

207:                                              ; preds = %203
  %208 = getelementptr inbounds nuw i8, ptr %0, i64 64
  %209 = load i64, ptr %208, align 8
  %210 = getelementptr inbounds nuw i8, ptr %0, i64 56
  %211 = load ptr, ptr %210, align 8
  %212 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  %213 = getelementptr inbounds nuw i64, ptr %212, i64 %205
  %214 = load i64, ptr %213, align 8
  %215 = getelementptr inbounds i8, ptr %1, i64 %214
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %215, ptr readonly align 1 %211, i64 %209, i1 false)
  br label %232

216:                                              ; preds = %216, %171
  %217 = phi ptr [ %174, %171 ], [ %228, %216 ]
  %218 = phi i64 [ 0, %171 ], [ %229, %216 ]
  %219 = load i64, ptr %175, align 8
  %220 = getelementptr inbounds i8, ptr %167, i64 %219
  %221 = getelementptr inbounds nuw %struct.Constant, ptr %220, i64 %218
  %222 = load i64, ptr %221, align 8
  %223 = getelementptr inbounds nuw i8, ptr %221, i64 8
  %224 = load i64, ptr %223, align 8
  %225 = getelementptr inbounds i64, ptr %176, i64 %222
  %226 = load i64, ptr %225, align 8
  %227 = getelementptr inbounds i8, ptr %1, i64 %226
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %227, ptr align 1 %217, i64 %224, i1 false)
  %228 = getelementptr inbounds i8, ptr %217, i64 %224
  %229 = add nuw nsw i64 %218, 1
  %230 = load i64, ptr %168, align 8
  %231 = icmp slt i64 %229, %230
  br i1 %231, label %216, label %177, !llvm.loop !35

232:                                              ; preds = %203, %207
  %233 = load ptr, ptr %0, align 8
  %234 = getelementptr inbounds nuw i8, ptr %233, i64 464
  %235 = load i64, ptr %234, align 8
  %236 = icmp sgt i64 %235, 0
  br i1 %236, label %237, label %241

237:                                              ; preds = %232
  %238 = getelementptr inbounds nuw i8, ptr %233, i64 456
  %239 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  %240 = getelementptr inbounds nuw i8, ptr %0, i64 112
  br label %253

241:                                              ; preds = %253, %232
  %242 = getelementptr inbounds nuw i8, ptr %233, i64 480
  %243 = load i64, ptr %242, align 8
  %244 = icmp sgt i64 %243, 0
  br i1 %244, label %245, label %320

245:                                              ; preds = %241
  %246 = getelementptr inbounds nuw i8, ptr %233, i64 472
  %247 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  %248 = getelementptr inbounds nuw i8, ptr %0, i64 16496
  %249 = getelementptr inbounds nuw i8, ptr %233, i64 488
  %250 = getelementptr inbounds nuw i8, ptr %0, i64 12400
  %251 = getelementptr inbounds nuw i8, ptr %0, i64 18544
  %252 = getelementptr inbounds nuw i8, ptr %0, i64 112
  br label %271

253:                                              ; preds = %253, %237
  %254 = phi i64 [ 0, %237 ], [ %268, %253 ]
  %255 = load i64, ptr %238, align 8
  %256 = getelementptr inbounds i8, ptr %233, i64 %255
  %257 = getelementptr inbounds nuw %struct.Single, ptr %256, i64 %254
  %258 = load i64, ptr %257, align 8
  %259 = getelementptr inbounds nuw i8, ptr %257, i64 8
  %260 = load i64, ptr %259, align 8
  %261 = getelementptr inbounds i64, ptr %239, i64 %258
  %262 = load i64, ptr %261, align 8
  %263 = getelementptr inbounds i8, ptr %1, i64 %262
  %264 = getelementptr inbounds %struct.Bytes, ptr %240, i64 %260
  %265 = load ptr, ptr %264, align 8
  %266 = getelementptr inbounds nuw i8, ptr %264, i64 8
  %267 = load i64, ptr %266, align 8
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %263, ptr align 1 %265, i64 %267, i1 false)
  %268 = add nuw nsw i64 %254, 1
  %269 = load i64, ptr %234, align 8
  %270 = icmp slt i64 %268, %269
  br i1 %270, label %253, label %241, !llvm.loop !36

271:                                              ; preds = %316, %245
  %272 = phi i64 [ 0, %245 ], [ %317, %316 ]
  %273 = load i64, ptr %246, align 8
  %274 = getelementptr inbounds i8, ptr %233, i64 %273
  %275 = getelementptr inbounds nuw %struct.Several, ptr %274, i64 %272
  %276 = load i64, ptr %275, align 8
  %277 = getelementptr inbounds nuw i8, ptr %275, i64 16
  %278 = load i64, ptr %277, align 8
  %279 = getelementptr inbounds nuw i8, ptr %275, i64 32
  %280 = load i64, ptr %279, align 8
  %281 = icmp eq i64 %280, 0
  br i1 %281, label %316, label %282

282:                                              ; preds = %271
  %283 = getelementptr inbounds nuw i8, ptr %275, i64 24
  %284 = load i64, ptr %283, align 8
  %285 = getelementptr inbounds nuw i8, ptr %275, i64 8
  %286 = load i64, ptr %285, align 8
  %287 = getelementptr inbounds i64, ptr %247, i64 %276
  %288 = load i64, ptr %287, align 8
  %289 = getelementptr inbounds i8, ptr %1, i64 %288
  %290 = trunc i64 %286 to i8
  %291 = getelementptr inbounds i64, ptr %248, i64 %276
  %292 = load i64, ptr %291, align 8
  tail call void @llvm.memset.p0.i64(ptr align 1 %289, i8 %290, i64 %292, i1 false)
  %293 = add nsw i64 %284, %278
  %294 = icmp sgt i64 %284, 0
  br i1 %294, label %295, label %316

295:                                              ; preds = %282
  %296 = getelementptr inbounds i64, ptr %251, i64 %276
  br label %297

297:                                              ; preds = %297, %295
  %298 = phi i64 [ %278, %295 ], [ %314, %297 ]
  %299 = load i64, ptr %249, align 8
  %300 = getelementptr inbounds i8, ptr %233, i64 %299
  %301 = getelementptr inbounds %struct.Part, ptr %300, i64 %298
  %302 = load i64, ptr %301, align 8
  %303 = getelementptr inbounds i64, ptr %250, i64 %302
  %304 = load i64, ptr %303, align 8
  %305 = load i64, ptr %296, align 8
  %306 = sub nsw i64 %304, %305
  %307 = load i64, ptr %287, align 8
  %308 = getelementptr inbounds i8, ptr %1, i64 %307
  %309 = getelementptr inbounds i8, ptr %308, i64 %306
  %310 = getelementptr inbounds %struct.Bytes, ptr %252, i64 %302
  %311 = load ptr, ptr %310, align 8
  %312 = getelementptr inbounds nuw i8, ptr %310, i64 8
  %313 = load i64, ptr %312, align 8
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %309, ptr align 1 %311, i64 %313, i1 false)
  %314 = add nsw i64 %298, 1
  %315 = icmp slt i64 %314, %293
  br i1 %315, label %297, label %316, !llvm.loop !37

316:                                              ; preds = %297, %282, %271
  %317 = add nuw nsw i64 %272, 1
  %318 = load i64, ptr %242, align 8
  %319 = icmp slt i64 %317, %318
  br i1 %319, label %271, label %320, !llvm.loop !38

320:                                              ; preds = %316, %241
  %321 = load ptr, ptr %0, align 8
  %322 = getelementptr inbounds nuw i8, ptr %321, i64 336
  %323 = load i64, ptr %322, align 8
  %324 = icmp slt i64 %323, 1
  br i1 %324, label %490, label %325

325:                                              ; preds = %320
  %326 = getelementptr inbounds nuw i8, ptr %321, i64 328
  %327 = getelementptr inbounds nuw i8, ptr %0, i64 112
  %328 = getelementptr inbounds nuw i8, ptr %0, i64 12400
  %329 = getelementptr inbounds nuw i8, ptr %0, i64 19608
  br label %330

330:                                              ; preds = %483, %325
  %331 = phi i64 [ 0, %325 ], [ %484, %483 ]
  %332 = load i64, ptr %326, align 8
  %333 = getelementptr inbounds i8, ptr %321, i64 %332
  %334 = getelementptr inbounds nuw %struct.Table, ptr %333, i64 %331
  %335 = load i64, ptr %334, align 8
  %336 = getelementptr inbounds nuw i8, ptr %334, i64 8
  %337 = load i64, ptr %336, align 8
  %338 = getelementptr inbounds nuw i8, ptr %334, i64 16
  %339 = load i64, ptr %338, align 8
  %340 = getelementptr inbounds nuw i8, ptr %334, i64 24
  %341 = load i64, ptr %340, align 8
  %342 = getelementptr inbounds nuw i8, ptr %334, i64 32
  %343 = load i64, ptr %342, align 8
  %344 = getelementptr inbounds i64, ptr %6, i64 %337
  %345 = load i64, ptr %344, align 8
  %346 = getelementptr inbounds i8, ptr %1, i64 %345
  %347 = load ptr, ptr %0, align 8
  %348 = getelementptr inbounds %struct.Bytes, ptr %327, i64 %335
  %349 = load ptr, ptr %348, align 8
  %350 = getelementptr inbounds nuw i8, ptr %348, i64 8
  %351 = load i64, ptr %350, align 8
  %352 = getelementptr inbounds %struct.Bytes, ptr %327, i64 %337
  %353 = getelementptr inbounds nuw i8, ptr %352, i64 8
  %354 = load i64, ptr %353, align 8
  %355 = getelementptr inbounds i64, ptr %328, i64 %337
  %356 = load i64, ptr %355, align 8
  call void @llvm.lifetime.start.p0(ptr nonnull %5) #10
  call void @llvm.memset.p0.i64(ptr nonnull align 16 %5, i8 0, i64 %343, i1 false)
  %357 = srem i64 %351, 24
  %358 = icmp eq i64 %357, 0
  br i1 %358, label %359, label %487

359:                                              ; preds = %330
  %360 = getelementptr inbounds i8, ptr %349, i64 %351
  %361 = icmp sgt i64 %351, 0
  br i1 %361, label %362, label %369

362:                                              ; preds = %359
  %363 = getelementptr inbounds nuw i8, ptr %347, i64 368
  %364 = getelementptr inbounds nuw i8, ptr %347, i64 360
  %365 = icmp eq i64 %339, 0
  %366 = icmp sgt i64 %343, 0
  %367 = icmp ne i64 %339, 0
  %368 = sext i64 %356 to i128
  br label %371

369:                                              ; preds = %471, %359
  %370 = icmp slt i64 %343, 1
  br i1 %370, label %483, label %478

371:                                              ; preds = %471, %362
  %372 = phi i64 [ 0, %362 ], [ %444, %471 ]
  %373 = phi ptr [ %349, %362 ], [ %473, %471 ]
  %374 = phi i64 [ 0, %362 ], [ %428, %471 ]
  %375 = load i64, ptr %373, align 1
  %376 = getelementptr inbounds nuw i8, ptr %373, i64 8
  %377 = load i64, ptr %376, align 1
  %378 = and i64 %377, 4294967295
  %379 = load i64, ptr %363, align 8
  %380 = icmp ult i64 %378, %379
  br i1 %380, label %381, label %487

381:                                              ; preds = %371
  %382 = load i64, ptr %364, align 8
  %383 = getelementptr inbounds i8, ptr %347, i64 %382
  %384 = getelementptr inbounds nuw %struct.Form, ptr %383, i64 %378
  %385 = load i64, ptr %384, align 8
  %386 = getelementptr inbounds nuw i8, ptr %384, i64 8
  %387 = load i64, ptr %386, align 8
  %388 = getelementptr inbounds nuw i8, ptr %384, i64 16
  %389 = load i64, ptr %388, align 8
  %390 = getelementptr inbounds nuw i8, ptr %384, i64 24
  %391 = load i64, ptr %390, align 8
  %392 = load ptr, ptr %0, align 8
  %393 = getelementptr inbounds nuw i8, ptr %392, i64 344
  %394 = load i64, ptr %393, align 8
  %395 = getelementptr inbounds i8, ptr %392, i64 %394
  %396 = getelementptr inbounds %struct.Info, ptr %395, i64 %341
  br i1 %365, label %398, label %397

397:                                              ; preds = %381
  br i1 %366, label %411, label %487

398:                                              ; preds = %381
  %399 = lshr i64 %377, 32
  %400 = getelementptr inbounds nuw i8, ptr %392, i64 240
  %401 = load i64, ptr %400, align 8
  %402 = icmp ult i64 %399, %401
  br i1 %402, label %403, label %487

403:                                              ; preds = %398
  %404 = getelementptr inbounds nuw i8, ptr %392, i64 376
  %405 = load i64, ptr %404, align 8
  %406 = getelementptr inbounds i8, ptr %392, i64 %405
  %407 = getelementptr inbounds nuw i64, ptr %406, i64 %399
  %408 = load i64, ptr %407, align 8
  %409 = icmp eq i64 %408, 0
  %410 = select i1 %409, i64 -1, i64 %399
  br label %427

411:                                              ; preds = %397, %423
  %412 = phi i64 [ %425, %423 ], [ %374, %397 ]
  %413 = phi i64 [ %424, %423 ], [ 0, %397 ]
  %414 = icmp slt i64 %412, %343
  %415 = select i1 %414, i64 %412, i64 0
  %416 = getelementptr inbounds %struct.Info, ptr %396, i64 %415
  %417 = load i64, ptr %416, align 8
  %418 = icmp eq i64 %417, %377
  br i1 %418, label %419, label %423

419:                                              ; preds = %411
  %420 = getelementptr inbounds i8, ptr %5, i64 %415
  store i8 1, ptr %420, align 1
  %421 = getelementptr inbounds nuw i8, ptr %416, i64 8
  %422 = load i64, ptr %421, align 8
  br label %427

423:                                              ; preds = %411
  %424 = add nuw nsw i64 %413, 1
  %425 = add nsw i64 %415, 1
  %426 = icmp eq i64 %424, %343
  br i1 %426, label %487, label %411, !llvm.loop !39

427:                                              ; preds = %419, %403
  %428 = phi i64 [ %374, %403 ], [ %415, %419 ]
  %429 = phi i64 [ %410, %403 ], [ %422, %419 ]
  %430 = icmp sgt i64 %429, -1
  %431 = icmp ne i64 %385, 0
  %432 = select i1 %430, i1 %431, i1 false
  %433 = icmp ne i64 %391, 0
  %434 = select i1 %367, i1 true, i1 %433
  %435 = select i1 %432, i1 %434, i1 false
  br i1 %435, label %436, label %487

436:                                              ; preds = %427
  %437 = icmp ult i64 %375, %372
  %438 = icmp ugt i64 %375, %354
  %439 = select i1 %437, i1 true, i1 %438
  %440 = sub nuw i64 %354, %375
  %441 = icmp ugt i64 %385, %440
  %442 = select i1 %439, i1 true, i1 %441
  br i1 %442, label %487, label %443

443:                                              ; preds = %436
  %444 = add i64 %385, %375
  %445 = getelementptr inbounds nuw i64, ptr %329, i64 %429
  %446 = load i64, ptr %445, align 8
  %447 = zext i64 %446 to i128
  %448 = getelementptr inbounds nuw i8, ptr %373, i64 16
  %449 = load i64, ptr %448, align 1
  %450 = sext i64 %449 to i128
  %451 = icmp ne i64 %387, 0
  %452 = select i1 %367, i1 true, i1 %451
  %453 = zext i64 %375 to i128
  %454 = add nsw i128 %453, %368
  %455 = select i1 %452, i128 %454, i128 0
  %456 = sub nsw i128 %447, %455
  %457 = add nsw i128 %456, %450
  %458 = getelementptr inbounds nuw i8, ptr %346, i64 %375
  %459 = shl nsw i64 %385, 3
  %460 = add nsw i64 %459, -1
  %461 = zext nneg i64 %460 to i128
  %462 = shl nuw i128 1, %461
  %463 = icmp eq i64 %389, 0
  %464 = sub nsw i128 0, %462
  %465 = select i1 %463, i128 %464, i128 0
  %466 = icmp slt i128 %457, %465
  br i1 %466, label %487, label %467

467:                                              ; preds = %443
  %468 = shl i128 2, %461
  %469 = select i1 %463, i128 %462, i128 %468
  %470 = icmp slt i128 %457, %469
  br i1 %470, label %471, label %487

471:                                              ; preds = %467
  call void @llvm.lifetime.start.p0(ptr nonnull %4)
  %472 = trunc i128 %457 to i64
  store i64 %472, ptr %4, align 8
  call void @llvm.memcpy.p0.p0.i64(ptr align 1 %458, ptr nonnull align 8 %4, i64 %385, i1 false)
  call void @llvm.lifetime.end.p0(ptr nonnull %4)
  %473 = getelementptr inbounds nuw i8, ptr %373, i64 24
  %474 = icmp ult ptr %473, %360
  br i1 %474, label %371, label %369, !llvm.loop !40

475:                                              ; preds = %478
  %476 = add nuw nsw i64 %479, 1
  %477 = icmp eq i64 %476, %343
  br i1 %477, label %483, label %478, !llvm.loop !41

478:                                              ; preds = %369, %475
  %479 = phi i64 [ %476, %475 ], [ 0, %369 ]
  %480 = getelementptr inbounds nuw i8, ptr %5, i64 %479
  %481 = load i8, ptr %480, align 1
  %482 = icmp eq i8 %481, 0
  br i1 %482, label %487, label %475

483:                                              ; preds = %475, %369
  call void @llvm.lifetime.end.p0(ptr nonnull %5) #10
  %484 = add nuw nsw i64 %331, 1
  %485 = load i64, ptr %322, align 8
  %486 = icmp slt i64 %484, %485
  br i1 %486, label %330, label %488, !llvm.loop !42

487:                                              ; preds = %330, %371, %397, %398, %427, %436, %443, %467, %478, %423
  call void @llvm.lifetime.end.p0(ptr nonnull %5) #10
  br label %941

488:                                              ; preds = %483
  %489 = load ptr, ptr %0, align 8
  br label %490

490:                                              ; preds = %488, %320
  %491 = phi ptr [ %489, %488 ], [ %321, %320 ]
  %492 = getelementptr inbounds nuw i8, ptr %491, i64 24
  %493 = load i64, ptr %492, align 8
  %494 = icmp eq i64 %493, 0
  br i1 %494, label %595, label %495

495:                                              ; preds = %490
  %496 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  %497 = getelementptr inbounds nuw i8, ptr %491, i64 152
  %498 = load i64, ptr %497, align 8
  %499 = getelementptr inbounds i64, ptr %496, i64 %498
  %500 = load i64, ptr %499, align 8
  %501 = getelementptr inbounds i8, ptr %1, i64 %500
  %502 = getelementptr inbounds nuw i8, ptr %501, i64 12
  %503 = getelementptr inbounds nuw i8, ptr %491, i64 144
  %504 = load i64, ptr %503, align 8
  %505 = getelementptr inbounds i64, ptr %496, i64 %504
  %506 = load i64, ptr %505, align 8
  %507 = getelementptr inbounds i8, ptr %1, i64 %506
  %508 = getelementptr inbounds nuw i8, ptr %0, i64 18544
  %509 = getelementptr inbounds i64, ptr %508, i64 %504
  %510 = load i64, ptr %509, align 8
  %511 = getelementptr inbounds i64, ptr %508, i64 %498
  %512 = load i64, ptr %511, align 8
  %513 = sub nsw i64 %510, %512
  %514 = add i64 %513, -2147483652
  %515 = icmp ult i64 %514, -4294967296
  br i1 %515, label %941, label %516

516:                                              ; preds = %495
  store i32 990059265, ptr %501, align 1
  %517 = getelementptr inbounds nuw i8, ptr %501, i64 4
  %518 = trunc i64 %513 to i32
  %519 = add i32 %518, -4
  store i32 %519, ptr %517, align 1
  %520 = getelementptr inbounds nuw i8, ptr %501, i64 8
  %521 = getelementptr inbounds nuw i8, ptr %0, i64 57496
  %522 = load i64, ptr %521, align 8
  %523 = trunc i64 %522 to i32
  store i32 %523, ptr %520, align 1
  %524 = load i64, ptr %521, align 8
  %525 = icmp sgt i64 %524, 0
  br i1 %525, label %526, label %595

526:                                              ; preds = %516
  %527 = getelementptr inbounds nuw i8, ptr %0, i64 41112
  br label %528

528:                                              ; preds = %555, %526
  %529 = phi i64 [ 0, %526 ], [ %562, %555 ]
  %530 = phi i32 [ 1, %526 ], [ %557, %555 ]
  %531 = getelementptr inbounds nuw i64, ptr %527, i64 %529
  %532 = load i64, ptr %531, align 8
  %533 = add nsw i64 %532, %513
  %534 = getelementptr inbounds i8, ptr %507, i64 %532
  %535 = getelementptr inbounds nuw i8, ptr %534, i64 8
  %536 = load i32, ptr %535, align 1
  %537 = sext i32 %536 to i64
  %538 = add nsw i64 %533, %537
  %539 = add nsw i64 %538, 8
  %540 = add i64 %533, -2147483648
  %541 = icmp ult i64 %540, -4294967296
  %542 = add i64 %538, -2147483640
  %543 = icmp ult i64 %542, -4294967296
  %544 = select i1 %541, i1 true, i1 %543
  br i1 %544, label %941, label %545

545:                                              ; preds = %528
  %546 = icmp eq i64 %529, 0
  br i1 %546, label %555, label %547

547:                                              ; preds = %545
  %548 = shl i64 %529, 3
  %549 = getelementptr i8, ptr %502, i64 %548
  %550 = getelementptr i8, ptr %549, i64 -8
  %551 = load i32, ptr %550, align 1
  %552 = sext i32 %551 to i64
  %553 = icmp slt i64 %539, %552
  %554 = select i1 %553, i32 0, i32 %530
  br label %555

555:                                              ; preds = %547, %545
  %556 = phi i64 [ %548, %547 ], [ 0, %545 ]
  %557 = phi i32 [ %554, %547 ], [ %530, %545 ]
  %558 = getelementptr inbounds nuw i8, ptr %502, i64 %556
  %559 = trunc i64 %539 to i32
  store i32 %559, ptr %558, align 1
  %560 = getelementptr inbounds nuw i8, ptr %558, i64 4
  %561 = trunc nsw i64 %533 to i32
  store i32 %561, ptr %560, align 1
  %562 = add nuw nsw i64 %529, 1
  %563 = load i64, ptr %521, align 8
  %564 = icmp slt i64 %562, %563
  br i1 %564, label %528, label %565, !llvm.loop !43

565:                                              ; preds = %555
  %566 = icmp eq i32 %557, 0
  %567 = icmp sgt i64 %563, 1
  %568 = and i1 %566, %567
  br i1 %568, label %569, label %595

569:                                              ; preds = %565, %587
  %570 = phi i64 [ %588, %587 ], [ 1, %565 ]
  br label %571

571:                                              ; preds = %590, %569
  %572 = phi i64 [ %570, %569 ], [ %593, %590 ]
  %573 = shl nsw i64 %572, 3
  %574 = getelementptr inbounds i8, ptr %502, i64 %573
  %575 = getelementptr i8, ptr %574, i64 -8
  %576 = load i32, ptr %574, align 1
  %577 = load i32, ptr %575, align 1
  %578 = icmp slt i32 %576, %577
  br i1 %578, label %590, label %579

579:                                              ; preds = %571
  %580 = icmp eq i32 %576, %577
  br i1 %580, label %581, label %587

581:                                              ; preds = %579
  %582 = getelementptr inbounds nuw i8, ptr %574, i64 4
  %583 = load i32, ptr %582, align 1
  %584 = getelementptr i8, ptr %574, i64 -4
  %585 = load i32, ptr %584, align 1
  %586 = icmp slt i32 %583, %585
  br i1 %586, label %590, label %587

587:                                              ; preds = %590, %581, %579
  %588 = add nuw nsw i64 %570, 1
  %589 = icmp eq i64 %588, %563
  br i1 %589, label %595, label %569, !llvm.loop !44

590:                                              ; preds = %581, %571
  %591 = load <2 x i64>, ptr %575, align 1
  %592 = shufflevector <2 x i64> %591, <2 x i64> poison, <2 x i32> <i32 1, i32 0>
  store <2 x i64> %592, ptr %575, align 1
  %593 = add nsw i64 %572, -1
  %594 = icmp eq i64 %593, 0
  br i1 %594, label %587, label %571, !llvm.loop !45

595:                                              ; preds = %587, %490, %516, %565
  %596 = load ptr, ptr %0, align 8
  %597 = getelementptr inbounds nuw i8, ptr %596, i64 664
  %598 = load i64, ptr %597, align 8
  %599 = getelementptr inbounds i8, ptr %596, i64 %598
  %600 = getelementptr inbounds nuw i8, ptr %596, i64 520
  %601 = getelementptr inbounds nuw i8, ptr %596, i64 528
  %602 = load i64, ptr %601, align 8
  %603 = getelementptr inbounds nuw i8, ptr %596, i64 672
  %604 = load i64, ptr %603, align 8
  %605 = getelementptr inbounds nuw i8, ptr %0, i64 17520
  %606 = getelementptr inbounds nuw i8, ptr %596, i64 104
  %607 = load i64, ptr %606, align 8
  %608 = getelementptr inbounds i64, ptr %605, i64 %607
  %609 = load i64, ptr %608, align 8
  %610 = getelementptr inbounds i8, ptr %1, i64 %609
  %611 = getelementptr inbounds nuw i8, ptr %596, i64 552
  %612 = load i64, ptr %611, align 8
  %613 = getelementptr inbounds i8, ptr %596, i64 %612
  %614 = getelementptr inbounds nuw i8, ptr %596, i64 560
  %615 = load i64, ptr %614, align 8
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %610, ptr readonly align 1 %613, i64 %615, i1 false)
  %616 = getelementptr inbounds nuw i8, ptr %596, i64 112
  %617 = load i64, ptr %616, align 8
  %618 = getelementptr inbounds i64, ptr %605, i64 %617
  %619 = load i64, ptr %618, align 8
  %620 = getelementptr inbounds i8, ptr %1, i64 %619
  %621 = load i64, ptr %600, align 8
  %622 = getelementptr inbounds i8, ptr %596, i64 %621
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %620, ptr readonly align 1 %622, i64 %602, i1 false)
  %623 = getelementptr inbounds i8, ptr %620, i64 %602
  %624 = getelementptr inbounds nuw i8, ptr %596, i64 288
  %625 = load i64, ptr %624, align 8
  %626 = icmp sgt i64 %625, 0
  br i1 %626, label %627, label %677

627:                                              ; preds = %595
  %628 = getelementptr inbounds i8, ptr %610, i64 %615
  %629 = getelementptr inbounds nuw i8, ptr %0, i64 28824
  %630 = getelementptr inbounds nuw i8, ptr %0, i64 88
  %631 = getelementptr inbounds nuw i8, ptr %0, i64 104
  %632 = getelementptr inbounds nuw i8, ptr %596, i64 240
  %633 = getelementptr inbounds nuw i8, ptr %0, i64 19608
  br label %634

634:                                              ; preds = %634, %627
  %635 = phi i64 [ %602, %627 ], [ %673, %634 ]
  %636 = phi ptr [ %628, %627 ], [ %665, %634 ]
  %637 = phi i64 [ 0, %627 ], [ %674, %634 ]
  %638 = phi ptr [ %623, %627 ], [ %672, %634 ]
  %639 = getelementptr inbounds nuw i64, ptr %629, i64 %637
  %640 = load i64, ptr %639, align 8
  %641 = load ptr, ptr %630, align 8
  %642 = load ptr, ptr %631, align 8
  %643 = mul nsw i64 %640, 24
  %644 = getelementptr inbounds i8, ptr %642, i64 %643
  %645 = load i32, ptr %644, align 1
  %646 = zext i32 %645 to i64
  %647 = getelementptr inbounds nuw i8, ptr %641, i64 %646
  %648 = tail call i64 @strlen(ptr noundef nonnull dereferenceable(1) %647) #12
  %649 = add i64 %648, 1
  %650 = load i64, ptr %632, align 8
  %651 = sub nsw i64 %604, %650
  %652 = getelementptr %struct.SymbolRow, ptr %599, i64 %651
  %653 = getelementptr %struct.SymbolRow, ptr %652, i64 %640
  %654 = getelementptr inbounds nuw i8, ptr %653, i64 8
  %655 = load i64, ptr %654, align 8
  %656 = or i64 %655, %635
  store i64 %656, ptr %636, align 1
  %657 = getelementptr inbounds nuw i8, ptr %636, i64 8
  %658 = getelementptr inbounds i64, ptr %633, i64 %640
  %659 = load i64, ptr %658, align 8
  store i64 %659, ptr %657, align 1
  %660 = getelementptr inbounds nuw i8, ptr %636, i64 16
  %661 = load ptr, ptr %631, align 8
  %662 = getelementptr inbounds i8, ptr %661, i64 %643
  %663 = getelementptr inbounds nuw i8, ptr %662, i64 16
  %664 = load i64, ptr %663, align 1
  store i64 %664, ptr %660, align 1
  %665 = getelementptr inbounds nuw i8, ptr %636, i64 24
  %666 = load ptr, ptr %630, align 8
  %667 = load ptr, ptr %631, align 8
  %668 = getelementptr inbounds i8, ptr %667, i64 %643
  %669 = load i32, ptr %668, align 1
  %670 = zext i32 %669 to i64
  %671 = getelementptr inbounds nuw i8, ptr %666, i64 %670
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %638, ptr readonly align 1 %671, i64 %649, i1 false)
  %672 = getelementptr inbounds i8, ptr %638, i64 %649
  %673 = add nsw i64 %649, %635
  %674 = add nuw nsw i64 %637, 1
  %675 = load i64, ptr %624, align 8
  %676 = icmp slt i64 %674, %675
  br i1 %676, label %634, label %677, !llvm.loop !46

677:                                              ; preds = %634, %595
  %678 = phi ptr [ %623, %595 ], [ %672, %634 ]
  %679 = getelementptr inbounds nuw i8, ptr %596, i64 536
  %680 = load i64, ptr %679, align 8
  %681 = getelementptr inbounds i8, ptr %596, i64 %680
  %682 = getelementptr inbounds nuw i8, ptr %596, i64 544
  %683 = load i64, ptr %682, align 8
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %678, ptr readonly align 1 %681, i64 %683, i1 false)
  %684 = getelementptr inbounds i8, ptr %678, i64 %683
  %685 = getelementptr inbounds nuw i8, ptr %0, i64 72
  %686 = load ptr, ptr %685, align 8
  %687 = getelementptr inbounds nuw i8, ptr %0, i64 80
  %688 = load i64, ptr %687, align 8
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %684, ptr align 1 %686, i64 %688, i1 false)
  %689 = load ptr, ptr %0, align 8
  %690 = getelementptr inbounds nuw i8, ptr %689, i64 96
  %691 = load i64, ptr %690, align 8
  %692 = getelementptr inbounds i64, ptr %605, i64 %691
  %693 = load i64, ptr %692, align 8
  %694 = getelementptr inbounds nuw i8, ptr %689, i64 560
  %695 = load i64, ptr %694, align 8
  %696 = getelementptr inbounds nuw i8, ptr %689, i64 288
  %697 = load i64, ptr %696, align 8
  %698 = mul nsw i64 %697, 12
  br label %699

699:                                              ; preds = %699, %677
  %700 = phi i64 [ 1, %677 ], [ %703, %699 ]
  %701 = shl nsw i64 %700, 6
  %702 = icmp slt i64 %701, %698
  %703 = shl nsw i64 %700, 1
  br i1 %702, label %699, label %704, !llvm.loop !47

704:                                              ; preds = %699
  %705 = getelementptr inbounds i8, ptr %1, i64 %693
  %706 = sdiv i64 %695, 24
  %707 = icmp slt i64 %697, 6
  %708 = udiv i64 %697, 3
  %709 = select i1 %707, i64 1, i64 %708
  %710 = getelementptr inbounds nuw i8, ptr %705, i64 16
  %711 = shl nsw i64 %700, 3
  %712 = getelementptr inbounds nuw i8, ptr %710, i64 %711
  %713 = shl nuw nsw i64 %709, 2
  %714 = getelementptr inbounds nuw i8, ptr %712, i64 %713
  %715 = trunc i64 %709 to i32
  store i32 %715, ptr %705, align 1
  %716 = getelementptr inbounds nuw i8, ptr %705, i64 4
  %717 = trunc i64 %706 to i32
  store i32 %717, ptr %716, align 1
  %718 = getelementptr inbounds nuw i8, ptr %705, i64 8
  %719 = trunc i64 %700 to i32
  store i32 %719, ptr %718, align 1
  %720 = getelementptr inbounds nuw i8, ptr %705, i64 12
  store i32 6, ptr %720, align 1
  %721 = icmp sgt i64 %697, 0
  br i1 %721, label %722, label %770

722:                                              ; preds = %704
  %723 = getelementptr inbounds nuw i8, ptr %0, i64 37016
  %724 = add nuw i64 %700, 67108863
  br label %725

725:                                              ; preds = %759, %722
  %726 = phi i64 [ 0, %722 ], [ %753, %759 ]
  %727 = getelementptr inbounds nuw i32, ptr %723, i64 %726
  %728 = load i32, ptr %727, align 4
  %729 = lshr i32 %728, 6
  %730 = zext nneg i32 %729 to i64
  %731 = and i64 %724, %730
  %732 = shl nuw nsw i64 %731, 3
  %733 = getelementptr inbounds nuw i8, ptr %710, i64 %732
  %734 = zext i32 %728 to i64
  %735 = urem i64 %734, %709
  %736 = shl nuw nsw i64 %735, 2
  %737 = getelementptr inbounds nuw i8, ptr %712, i64 %736
  %738 = load i64, ptr %733, align 1
  %739 = and i32 %728, 63
  %740 = zext nneg i32 %739 to i64
  %741 = shl nuw i64 1, %740
  %742 = or i64 %741, %738
  %743 = and i32 %729, 63
  %744 = zext nneg i32 %743 to i64
  %745 = shl nuw i64 1, %744
  %746 = or i64 %742, %745
  store i64 %746, ptr %733, align 1
  %747 = load i32, ptr %737, align 1
  %748 = icmp eq i32 %747, 0
  br i1 %748, label %749, label %752

749:                                              ; preds = %725
  %750 = add nsw i64 %726, %706
  %751 = trunc i64 %750 to i32
  store i32 %751, ptr %737, align 1
  br label %752

752:                                              ; preds = %749, %725
  %753 = add nuw nsw i64 %726, 1
  %754 = icmp eq i64 %753, %697
  br i1 %754, label %755, label %759

755:                                              ; preds = %752
  %756 = shl nsw i64 %726, 2
  %757 = getelementptr inbounds nuw i8, ptr %714, i64 %756
  %758 = or i32 %728, 1
  store i32 %758, ptr %757, align 1
  br label %770

759:                                              ; preds = %752
  %760 = getelementptr inbounds nuw i32, ptr %723, i64 %753
  %761 = load i32, ptr %760, align 4
  %762 = zext i32 %761 to i64
  %763 = urem i64 %762, %709
  %764 = icmp ne i64 %763, %735
  %765 = zext i1 %764 to i32
  %766 = shl nsw i64 %726, 2
  %767 = getelementptr inbounds nuw i8, ptr %714, i64 %766
  %768 = and i32 %728, -2
  %769 = or disjoint i32 %768, %765
  store i32 %769, ptr %767, align 1
  br label %725

770:                                              ; preds = %755, %704
  %771 = load ptr, ptr %0, align 8
  %772 = getelementptr inbounds nuw i8, ptr %771, i64 168
  %773 = load i64, ptr %772, align 8
  %774 = getelementptr inbounds i64, ptr %605, i64 %773
  %775 = load i64, ptr %774, align 8
  %776 = getelementptr inbounds i8, ptr %1, i64 %775
  %777 = getelementptr inbounds nuw i8, ptr %771, i64 648
  %778 = load i64, ptr %777, align 8
  %779 = getelementptr inbounds i8, ptr %771, i64 %778
  tail call void @llvm.memcpy.p0.p0.i64(ptr noundef nonnull align 1 dereferenceable(24) %776, ptr noundef nonnull readonly align 1 dereferenceable(24) %779, i64 24, i1 false)
  %780 = getelementptr inbounds nuw i8, ptr %771, i64 672
  %781 = load i64, ptr %780, align 8
  %782 = icmp sgt i64 %781, 0
  br i1 %782, label %783, label %814

783:                                              ; preds = %770
  %784 = getelementptr inbounds nuw i8, ptr %771, i64 664
  %785 = getelementptr inbounds nuw i8, ptr %0, i64 104
  %786 = getelementptr inbounds nuw i8, ptr %0, i64 19608
  br label %787

787:                                              ; preds = %787, %783
  %788 = phi ptr [ %776, %783 ], [ %790, %787 ]
  %789 = phi i64 [ 0, %783 ], [ %811, %787 ]
  %790 = getelementptr inbounds nuw i8, ptr %788, i64 24
  %791 = load i64, ptr %784, align 8
  %792 = getelementptr inbounds i8, ptr %771, i64 %791
  %793 = getelementptr inbounds nuw %struct.SymbolRow, ptr %792, i64 %789
  %794 = load i64, ptr %793, align 8
  %795 = getelementptr inbounds nuw i8, ptr %793, i64 8
  %796 = load i64, ptr %795, align 8
  %797 = load ptr, ptr %785, align 8
  %798 = mul nsw i64 %794, 24
  %799 = getelementptr inbounds i8, ptr %797, i64 %798
  %800 = load i32, ptr %799, align 1
  %801 = zext i32 %800 to i64
  %802 = or i64 %796, %801
  store i64 %802, ptr %790, align 1
  %803 = getelementptr inbounds nuw i8, ptr %788, i64 32
  %804 = getelementptr inbounds i64, ptr %786, i64 %794
  %805 = load i64, ptr %804, align 8
  store i64 %805, ptr %803, align 1
  %806 = getelementptr inbounds nuw i8, ptr %788, i64 40
  %807 = load ptr, ptr %785, align 8
  %808 = getelementptr inbounds i8, ptr %807, i64 %798
  %809 = getelementptr inbounds nuw i8, ptr %808, i64 16
  %810 = load i64, ptr %809, align 1
  store i64 %810, ptr %806, align 1
  %811 = add nuw nsw i64 %789, 1
  %812 = load i64, ptr %780, align 8
  %813 = icmp slt i64 %811, %812
  br i1 %813, label %787, label %814, !llvm.loop !48

814:                                              ; preds = %787, %770
  %815 = getelementptr inbounds nuw i8, ptr %771, i64 176
  %816 = load i64, ptr %815, align 8
  %817 = getelementptr inbounds i64, ptr %605, i64 %816
  %818 = load i64, ptr %817, align 8
  %819 = getelementptr inbounds i8, ptr %1, i64 %818
  %820 = getelementptr inbounds nuw i8, ptr %0, i64 88
  %821 = load ptr, ptr %820, align 8
  %822 = getelementptr inbounds nuw i8, ptr %0, i64 96
  %823 = load i64, ptr %822, align 8
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %819, ptr align 1 %821, i64 %823, i1 false)
  %824 = load ptr, ptr %0, align 8
  %825 = getelementptr inbounds nuw i8, ptr %824, i64 160
  %826 = load i64, ptr %825, align 8
  %827 = getelementptr inbounds i64, ptr %605, i64 %826
  %828 = load i64, ptr %827, align 8
  %829 = getelementptr inbounds i8, ptr %1, i64 %828
  %830 = getelementptr inbounds nuw i8, ptr %824, i64 608
  %831 = load i64, ptr %830, align 8
  %832 = icmp sgt i64 %831, 0
  br i1 %832, label %833, label %838

833:                                              ; preds = %814
  %834 = getelementptr inbounds nuw i8, ptr %824, i64 600
  %835 = getelementptr inbounds nuw i8, ptr %0, i64 19600
  %836 = getelementptr inbounds nuw i8, ptr %0, i64 16496
  %837 = getelementptr inbounds nuw i8, ptr %0, i64 18544
  br label %842

838:                                              ; preds = %873, %814
  %839 = getelementptr inbounds nuw i8, ptr %824, i64 120
  %840 = load i64, ptr %839, align 8
  %841 = icmp sgt i64 %840, -1
  br i1 %841, label %879, label %910

842:                                              ; preds = %873, %833
  %843 = phi i64 [ 0, %833 ], [ %876, %873 ]
  %844 = load i64, ptr %834, align 8
  %845 = getelementptr inbounds i8, ptr %824, i64 %844
  %846 = getelementptr inbounds nuw %struct.Entry, ptr %845, i64 %843
  %847 = load i64, ptr %846, align 8
  %848 = getelementptr inbounds nuw i8, ptr %846, i64 8
  %849 = load i64, ptr %848, align 8
  %850 = getelementptr inbounds nuw i8, ptr %846, i64 16
  %851 = load i64, ptr %850, align 8
  %852 = shl nsw i64 %843, 4
  %853 = getelementptr inbounds nuw i8, ptr %829, i64 %852
  store i64 %847, ptr %853, align 1
  %854 = getelementptr inbounds nuw i8, ptr %853, i64 8
  %855 = load ptr, ptr %0, align 8
  %856 = getelementptr inbounds nuw i8, ptr %855, i64 400
  %857 = load i64, ptr %856, align 8
  %858 = icmp slt i64 %849, %857
  br i1 %858, label %859, label %862

859:                                              ; preds = %842
  %860 = getelementptr inbounds i64, ptr %837, i64 %849
  %861 = load i64, ptr %860, align 8
  br label %873

862:                                              ; preds = %842
  %863 = shl nsw i64 %857, 1
  %864 = icmp slt i64 %849, %863
  br i1 %864, label %865, label %869

865:                                              ; preds = %862
  %866 = sub nsw i64 %849, %857
  %867 = getelementptr inbounds i64, ptr %836, i64 %866
  %868 = load i64, ptr %867, align 8
  br label %873

869:                                              ; preds = %862
  %870 = icmp eq i64 %849, %863
  br i1 %870, label %871, label %873

871:                                              ; preds = %869
  %872 = load i64, ptr %835, align 8
  br label %873

873:                                              ; preds = %871, %869, %865, %859
  %874 = phi i64 [ %861, %859 ], [ %868, %865 ], [ %872, %871 ], [ 0, %869 ]
  %875 = add nsw i64 %874, %851
  store i64 %875, ptr %854, align 1
  %876 = add nuw nsw i64 %843, 1
  %877 = load i64, ptr %830, align 8
  %878 = icmp slt i64 %876, %877
  br i1 %878, label %842, label %838, !llvm.loop !49

879:                                              ; preds = %838
  %880 = getelementptr inbounds nuw i64, ptr %605, i64 %840
  %881 = load i64, ptr %880, align 8
  %882 = getelementptr inbounds i8, ptr %1, i64 %881
  %883 = getelementptr inbounds nuw i8, ptr %824, i64 568
  %884 = load i64, ptr %883, align 8
  %885 = getelementptr inbounds i8, ptr %824, i64 %884
  %886 = getelementptr inbounds nuw i8, ptr %824, i64 576
  %887 = load i64, ptr %886, align 8
  %888 = shl nsw i64 %887, 2
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %882, ptr align 1 %885, i64 %888, i1 false)
  %889 = getelementptr inbounds nuw i8, ptr %824, i64 592
  %890 = load i64, ptr %889, align 8
  %891 = icmp sgt i64 %890, 0
  br i1 %891, label %892, label %910

892:                                              ; preds = %879
  %893 = getelementptr inbounds nuw i8, ptr %824, i64 584
  %894 = getelementptr inbounds nuw i8, ptr %0, i64 19600
  br label %895

895:                                              ; preds = %895, %892
  %896 = phi i64 [ 0, %892 ], [ %907, %895 ]
  %897 = load i64, ptr %893, align 8
  %898 = getelementptr inbounds i8, ptr %824, i64 %897
  %899 = getelementptr inbounds nuw i64, ptr %898, i64 %896
  %900 = load i64, ptr %899, align 8
  %901 = shl nsw i64 %900, 2
  %902 = getelementptr inbounds i8, ptr %882, i64 %901
  %903 = load i32, ptr %902, align 1
  %904 = load i64, ptr %894, align 8
  %905 = trunc i64 %904 to i32
  %906 = add i32 %903, %905
  store i32 %906, ptr %902, align 1
  %907 = add nuw nsw i64 %896, 1
  %908 = load i64, ptr %889, align 8
  %909 = icmp slt i64 %907, %908
  br i1 %909, label %895, label %910, !llvm.loop !50

910:                                              ; preds = %895, %879, %838
  %911 = getelementptr inbounds nuw i8, ptr %824, i64 128
  %912 = load i64, ptr %911, align 8
  %913 = icmp sgt i64 %912, -1
  br i1 %913, label %914, label %941

914:                                              ; preds = %910
  %915 = getelementptr inbounds nuw i64, ptr %605, i64 %912
  %916 = load i64, ptr %915, align 8
  %917 = getelementptr inbounds i8, ptr %1, i64 %916
  %918 = getelementptr inbounds nuw i8, ptr %824, i64 616
  %919 = load i64, ptr %918, align 8
  %920 = getelementptr inbounds i8, ptr %824, i64 %919
  %921 = getelementptr inbounds nuw i8, ptr %824, i64 624
  %922 = load i64, ptr %921, align 8
  %923 = shl nsw i64 %922, 3
  tail call void @llvm.memcpy.p0.p0.i64(ptr align 1 %917, ptr align 1 %920, i64 %923, i1 false)
  %924 = getelementptr inbounds nuw i8, ptr %824, i64 640
  %925 = load i64, ptr %924, align 8
  %926 = icmp sgt i64 %925, 0
  br i1 %926, label %927, label %941

927:                                              ; preds = %914
  %928 = getelementptr inbounds nuw i8, ptr %0, i64 19608
  %929 = getelementptr inbounds nuw i8, ptr %824, i64 240
  br label %930

930:                                              ; preds = %930, %927
  %931 = phi i64 [ 0, %927 ], [ %938, %930 ]
  %932 = mul nuw nsw i64 %931, 24
  %933 = getelementptr inbounds nuw i8, ptr %917, i64 %932
  %934 = load i64, ptr %929, align 8
  %935 = getelementptr i64, ptr %928, i64 %934
  %936 = getelementptr i64, ptr %935, i64 %931
  %937 = load i64, ptr %936, align 8
  store i64 %937, ptr %933, align 1
  %938 = add nuw nsw i64 %931, 1
  %939 = load i64, ptr %924, align 8
  %940 = icmp slt i64 %938, %939
  br i1 %940, label %930, label %941, !llvm.loop !51

941:                                              ; preds = %528, %930, %914, %910, %495, %487
  %942 = phi i32 [ 1, %930 ], [ 0, %487 ], [ 0, %495 ], [ 1, %910 ], [ 1, %914 ], [ 0, %528 ]
  call void @llvm.lifetime.end.p0(ptr nonnull %6) #10
  ret i32 %942
}

; Function Attrs: optsize
declare void @Py_DecRef(ptr noundef) local_unnamed_addr #2

; Function Attrs: mustprogress nocallback nofree nosync nounwind willreturn memory(argmem: readwrite)
declare void @llvm.lifetime.end.p0(ptr captures(none)) #1

; Function Attrs: optsize
declare i32 @PyBytes_AsStringAndSize(ptr noundef, ptr noundef, ptr noundef) local_unnamed_addr #2

; Function Attrs: mustprogress nocallback nofree nounwind willreturn memory(argmem: readwrite)
declare void @llvm.memcpy.p0.p0.i64(ptr noalias writeonly captures(none), ptr noalias readonly captures(none), i64, i1 immarg) #5

; Function Attrs: mustprogress nocallback nofree nounwind optsize willreturn memory(argmem: read)
declare i64 @strlen(ptr noundef captures(none)) local_unnamed_addr #6

; Function Attrs: mustprogress nocallback nofree nounwind optsize willreturn memory(argmem: read)
declare ptr @memchr(ptr noundef, i32 noundef, i64 noundef) local_unnamed_addr #6

; Function Attrs: mustprogress nocallback nofree nounwind optsize willreturn memory(argmem: read)
declare i32 @strcmp(ptr noundef captures(none), ptr noundef captures(none)) local_unnamed_addr #6

; Function Attrs: nofree norecurse nounwind optsize memory(argmem: read)
define internal fastcc range(i32 0, 2) i32 @is_string(ptr noundef readonly captures(address) %0, ptr noundef readonly captures(none) %1) unnamed_addr #7 {
  %3 = getelementptr inbounds nuw i8, ptr %0, i64 312
  %4 = load i64, ptr %3, align 8
  %5 = getelementptr inbounds i8, ptr %0, i64 %4
  %6 = getelementptr inbounds nuw i8, ptr %0, i64 320
  %7 = load i64, ptr %6, align 8
  %8 = getelementptr inbounds i8, ptr %5, i64 %7
  %9 = icmp sgt i64 %7, 0
  br i1 %9, label %10, label %19

10:                                               ; preds = %2, %14
  %11 = phi ptr [ %17, %14 ], [ %5, %2 ]
  %12 = tail call i32 @strcmp(ptr noundef nonnull dereferenceable(1) %1, ptr noundef nonnull dereferenceable(1) %11) #12
  %13 = icmp eq i32 %12, 0
  br i1 %13, label %19, label %14

14:                                               ; preds = %10
  %15 = tail call i64 @strlen(ptr noundef nonnull dereferenceable(1) %11) #12
  %16 = getelementptr i8, ptr %11, i64 %15
  %17 = getelementptr i8, ptr %16, i64 1
  %18 = icmp ult ptr %17, %8
  br i1 %18, label %10, label %19, !llvm.loop !52

19:                                               ; preds = %10, %14, %2
  %20 = phi i32 [ 0, %2 ], [ 0, %14 ], [ 1, %10 ]
  ret i32 %20
}

; Function Attrs: mustprogress nocallback nocreateundeforpoison nofree nosync nounwind speculatable willreturn memory(none)
declare { i64, i1 } @llvm.uadd.with.overflow.i64(i64, i64) #8

; Function Attrs: nocallback nofree nounwind willreturn memory(argmem: read)
declare i32 @bcmp(ptr captures(none), ptr captures(none), i64) local_unnamed_addr #9

attributes #0 = { nounwind optsize "no-trapping-math"="true" }
attributes #1 = { mustprogress nocallback nofree nosync nounwind willreturn memory(argmem: readwrite) }
attributes #2 = { optsize "no-trapping-math"="true" }
attributes #3 = { mustprogress nocallback nofree nounwind willreturn memory(argmem: write) }
attributes #4 = { nofree norecurse nounwind optsize memory(readwrite, inaccessiblemem: none, target_mem0: none, target_mem1: none) "no-trapping-math"="true" }
attributes #5 = { mustprogress nocallback nofree nounwind willreturn memory(argmem: readwrite) }
attributes #6 = { mustprogress nocallback nofree nounwind optsize willreturn memory(argmem: read) "no-trapping-math"="true" }
attributes #7 = { nofree norecurse nounwind optsize memory(argmem: read) "no-trapping-math"="true" }
attributes #8 = { mustprogress nocallback nocreateundeforpoison nofree nosync nounwind speculatable willreturn memory(none) }
attributes #9 = { nocallback nofree nounwind willreturn memory(argmem: read) }
attributes #10 = { nounwind }
attributes #11 = { nounwind optsize }
attributes #12 = { nounwind optsize willreturn memory(read) }
attributes #13 = { optsize }

!llvm.module.flags = !{!0, !1}

!0 = !{i32 1, !"wchar_size", i32 4}
!1 = !{i32 8, !"PIC Level", i32 2}
!2 = distinct !{!2, !3}
!3 = !{!"llvm.loop.mustprogress"}
!4 = distinct !{!4, !3}
!5 = distinct !{!5, !3}
!6 = distinct !{!6, !3}
!7 = distinct !{!7, !3}
!8 = distinct !{!8, !3}
!9 = distinct !{!9, !3}
!10 = distinct !{!10, !3}
!11 = distinct !{!11, !3}
!12 = distinct !{!12, !3}
!13 = distinct !{!13, !3}
!14 = distinct !{!14, !3}
!15 = distinct !{!15, !3}
!16 = distinct !{!16, !3}
!17 = distinct !{!17, !3}
!18 = distinct !{!18, !3}
!19 = distinct !{!19, !3}
!20 = distinct !{!20, !3}
!21 = distinct !{!21, !3}
!22 = distinct !{!22, !3}
!23 = distinct !{!23, !3}
!24 = distinct !{!24, !3}
!25 = distinct !{!25, !3}
!26 = distinct !{!26, !3}
!27 = distinct !{!27, !3}
!28 = distinct !{!28, !3}
!29 = distinct !{!29, !3}
!30 = distinct !{!30, !3}
!31 = distinct !{!31, !3}
!32 = distinct !{!32, !3}
!33 = distinct !{!33, !3}
!34 = distinct !{!34, !3}
!35 = distinct !{!35, !3}
!36 = distinct !{!36, !3}
!37 = distinct !{!37, !3}
!38 = distinct !{!38, !3}
!39 = distinct !{!39, !3}
!40 = distinct !{!40, !3}
!41 = distinct !{!41, !3}
!42 = distinct !{!42, !3}
!43 = distinct !{!43, !3}
!44 = distinct !{!44, !3}
!45 = distinct !{!45, !3}
!46 = distinct !{!46, !3}
!47 = distinct !{!47, !3}
!48 = distinct !{!48, !3}
!49 = distinct !{!49, !3}
!50 = distinct !{!50, !3}
!51 = distinct !{!51, !3}
!52 = distinct !{!52, !3}
